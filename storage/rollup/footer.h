// The fixed ends of a rollup file: its header, and its footer with the tail that follows.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "storage/files/file_system.h"
#include "storage/rollup/format.h"
#include "storage/rollup/keys.h"
#include "storage/rollup/section.h"

namespace fortnight::storage {

// What is counted of one key under `(other)`. The last two bound the calls that any one value of at
// most kMaxKeyBytes may have there. No file names a longer one.
struct FoldedKey {
  std::uint64_t calls = 0;
  std::uint64_t max_unnamed = 0;  // the most calls of one value that the file doesn't name
  std::uint64_t max_named = 0;    // the most calls under `(other)` of one value that it names
  friend bool operator==(const FoldedKey&, const FoldedKey&) = default;
};

struct RollupFold {
  FoldedKey account;
  FoldedKey endpoint;
  FoldedKey method;
  FoldedKey revision;

  [[nodiscard]] FoldedKey& of(RollupKey key);  // not for the status
  [[nodiscard]] const FoldedKey& of(RollupKey key) const {
    return const_cast<RollupFold*>(this)->of(key);
  }
  [[nodiscard]] bool any() const {
    return account.calls + endpoint.calls + method.calls + revision.calls != 0;
  }
  friend bool operator==(const RollupFold&, const RollupFold&) = default;
};

// The feature bits of a header.
struct RollupFeatures {
  std::uint32_t incompatible = 0;
  std::uint32_t compatible = 0;
};

struct RollupFooter {
  Day day = 0;
  std::uint64_t calls = 0;
  RollupPlace keys;
  // Of the tables. The size is 0 for tables that the file doesn't have.
  std::array<RollupPlace, kRollupFooterTables> indices;
  RollupFold fold;
  bool has_codes = false;      // error codes precede the footer; stored in the header
  std::uint64_t end = 0;       // where the footer begins; not stored
  std::uint64_t checksum = 0;  // of the footer, set by reading; not stored

  [[nodiscard]] RollupPlace& index(RollupTable table) {
    return indices[static_cast<std::size_t>(table)];
  }
  [[nodiscard]] const RollupPlace& index(RollupTable table) const {
    return indices[static_cast<std::size_t>(table)];
  }
  // The bytes of the footer and the tail.
  [[nodiscard]] std::string encode() const;
};

// ErrorCode::unsupported: some incompatible features aren't known.
Result<RollupFeatures> check_rollup_header(std::string_view header);
std::string encode_rollup_header(const RollupFeatures& features);

// Checks the header and reads the footer. ErrorCode::corrupt, or ErrorCode::unsupported if a newer
// version wrote the file.
Result<RollupFooter> read_rollup_footer(const ReadableFile& file);

}  // namespace fortnight::storage
