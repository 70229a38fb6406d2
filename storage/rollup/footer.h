// The fixed ends of a rollup file: its header, and its footer with the tail behind it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "storage/files/file_system.h"
#include "storage/rollup/format.h"
#include "storage/rollup/keys.h"
#include "storage/rollup/section.h"

namespace fortnight::storage {

// What is counted of one key under `(other)`. The last two bound what any one value lacks.
struct FoldedKey {
  std::uint64_t calls = 0;
  std::uint64_t max_unnamed = 0;  // calls of a value that the file doesn't name, at the most
  std::uint64_t max_named = 0;    // calls under `(other)` of a value that it names, at the most
  friend bool operator==(const FoldedKey&, const FoldedKey&) = default;
};

struct RollupFold {
  FoldedKey account;
  FoldedKey endpoint;
  FoldedKey method;
  FoldedKey revision;

  [[nodiscard]] FoldedKey& of(RollupKey key);  // not of the status
  [[nodiscard]] const FoldedKey& of(RollupKey key) const {
    return const_cast<RollupFold*>(this)->of(key);
  }
  [[nodiscard]] bool any() const {
    return account.calls + endpoint.calls + method.calls + revision.calls != 0;
  }
  friend bool operator==(const RollupFold&, const RollupFold&) = default;
};

struct RollupFooter {
  Day day = 0;
  std::uint64_t calls = 0;
  RollupPlace keys;
  // Of the tables; those that the file doesn't have are of size 0.
  std::array<RollupPlace, kRollupTables> indices;
  RollupFold fold;
  std::uint64_t end = 0;       // where the footer begins; not written
  std::uint64_t checksum = 0;  // of the footer, once it was read; not in it

  [[nodiscard]] RollupPlace& index(RollupTable table) {
    return indices[static_cast<std::size_t>(table)];
  }
  [[nodiscard]] const RollupPlace& index(RollupTable table) const {
    return indices[static_cast<std::size_t>(table)];
  }
  // The footer's bytes and the tail's.
  [[nodiscard]] std::string encode() const;
};

// `folded`: the footer has a fold.
std::string encode_rollup_header(bool folded);

// Checks the header and reads the footer. ErrorCode::corrupt, or ErrorCode::unsupported where a
// newer version wrote the file.
Result<RollupFooter> read_rollup_footer(const ReadableFile& file);

}  // namespace fortnight::storage
