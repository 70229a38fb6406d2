// The fixed ends of a rollup file: its header, and its footer with the tail behind it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "storage/base/error.h"
#include "storage/base/time.h"
#include "storage/files/file_system.h"
#include "storage/rollup/format.h"
#include "storage/rollup/section.h"

namespace fortnight::storage {

struct RollupFooter {
  Day day = 0;
  std::uint64_t calls = 0;
  RollupPlace keys;
  std::array<RollupPlace, kRollupTables> indices;  // of the tables
  std::uint64_t end = 0;                           // where the footer begins; not written

  [[nodiscard]] RollupPlace& index(RollupTable table) {
    return indices[static_cast<std::size_t>(table)];
  }
  [[nodiscard]] const RollupPlace& index(RollupTable table) const {
    return indices[static_cast<std::size_t>(table)];
  }
  // The footer's bytes and the tail's.
  [[nodiscard]] std::string encode() const;
};

std::string encode_rollup_header();

// Checks the header and reads the footer. ErrorCode::corrupt, or ErrorCode::unsupported where a
// newer version wrote the file.
Result<RollupFooter> read_rollup_footer(const ReadableFile& file);

}  // namespace fortnight::storage
