// What the values at each JSON pointer of a sample have in common.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tools/format/looks.h"

namespace fortnight::format {

// One line of the sample.
using FlatRecord = std::vector<FlatValue>;

// Numbers of lines. Fractions are of the lines that have a value at the pointer.
struct PointerStatistics {
  std::uint64_t present = 0;  // neither null nor empty
  std::uint64_t strings = 0;
  std::uint64_t times = 0;
  std::uint64_t times_without_zone = 0;
  std::uint64_t dates = 0;
  std::uint64_t statuses = 0;
  std::uint64_t usual_statuses = 0;
  std::uint64_t methods = 0;
  std::uint64_t request_lines = 0;
  std::uint64_t paths = 0;
  std::uint64_t routes = 0;
  std::uint64_t identifiers = 0;
  std::uint64_t numbers = 0;
  std::uint64_t numbers_with_unit = 0;
  std::uint64_t fractions = 0;     // numbers with a point
  std::uint64_t ascents = 0;       // times that aren't before the time of the line before
  std::uint64_t longest = 0;       // bytes
  std::set<std::string> distinct;  // at most kMaxDistinct
  std::vector<double> sizes;       // of the numbers, at most kMaxDistinct
  TimeNs last_time = 0;

  static constexpr std::size_t kMaxDistinct = 5000;

  [[nodiscard]] double share(std::uint64_t count) const {
    return present == 0 ? 0 : static_cast<double>(count) / static_cast<double>(present);
  }
  [[nodiscard]] double distinct_share() const { return share(distinct.size()); }
  [[nodiscard]] double median() const;
};

struct Statistics {
  std::uint64_t lines = 0;
  std::map<std::string, PointerStatistics> pointers;

  // The share of lines that have a value there.
  [[nodiscard]] double presence(const PointerStatistics& at) const {
    return lines == 0 ? 0 : static_cast<double>(at.present) / static_cast<double>(lines);
  }
};

void add_record(const FlatRecord& record, Statistics& statistics);

}  // namespace fortnight::format
