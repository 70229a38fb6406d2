// The error codes of a rollup file: how many failed calls each kind of failure had, and when. A
// failure is a combination of the file's keys (a combo) with an error code.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/strings.h"
#include "base/time.h"
#include "storage/query.h"
#include "storage/rollup/format.h"
#include "storage/rollup/section.h"

namespace fortnight::storage {

struct RollupFailure {
  std::uint32_t combo = 0;
  std::uint32_t code = 0;  // the index after the last code is `(other)`
  std::uint64_t calls = 0;
};

// The first and the last call of one failure within an hour.
struct HourSightings {
  std::uint32_t failure = 0;
  std::uint32_t hour = 0;
  FailureSighting first;
  FailureSighting last;

  void widen(const FailureSighting& from, const FailureSighting& to) {
    if (from < first) first = from;
    if (last < to) last = to;
  }
};

struct RollupCodes {
  // The JSON pointers of the codes, and whether some calls were read with others.
  std::vector<std::string> pointers;
  bool mixed_pointers = false;
  Strings codes;                         // the empty text: the call has none
  std::vector<RollupFailure> failures;   // those with the most calls first
  std::vector<HourSightings> sightings;  // by failure and hour
  std::uint64_t errors = 0;              // the file's failed calls
  std::uint64_t counted = 0;             // of them, those counted here
  // Of the tables of codes. The size is 0 for a table that the file doesn't have.
  std::array<RollupPlace, kRollupTables - kRollupFooterTables> indices;

  // Not all if older versions wrote the counts of some calls.
  [[nodiscard]] bool complete() const { return counted == errors; }
  [[nodiscard]] bool is_other(std::uint32_t code) const { return code == codes.size(); }
  // The number of codes that the cap applies to.
  [[nodiscard]] std::size_t countable() const;
  // Failed calls whose code is under `(other)`.
  [[nodiscard]] std::uint64_t folded() const;
  [[nodiscard]] RollupPlace& index(RollupTable table) {
    return indices[static_cast<std::size_t>(table) - kRollupFooterTables];
  }
  [[nodiscard]] const RollupPlace& index(RollupTable table) const {
    return indices[static_cast<std::size_t>(table) - kRollupFooterTables];
  }

  // The section: everything but the places and the numbers of calls.
  [[nodiscard]] std::string encode(Day day) const;
  // ErrorCode::corrupt if it makes no sense for `combos` combos.
  Result<void> decode(std::string_view raw, Day day, std::size_t combos);
  // What is written before the footer, with its tail. `section`: the place of encode().
  [[nodiscard]] std::string encode_places(const RollupPlace& section) const;
  // Reads what precedes the footer, which begins at `end`. Returns the place of the section.
  Result<RollupPlace> read_places(const ReadableFile& file, std::uint64_t end);
  [[nodiscard]] std::size_t memory() const;
};

}  // namespace fortnight::storage
