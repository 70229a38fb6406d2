#include "tools/format/statistics.h"

#include <algorithm>
#include <cstdlib>

namespace fortnight::format {
namespace {

// Pointers whose names are data (an object by account) would fill the memory.
constexpr std::size_t kMaxPointers = 5000;
// What is in the place of secrets.
constexpr std::string_view kRedacted = "[redacted]";

void add_value(const FlatValue& value, PointerStatistics& at) {
  const Looks looks = looks_of(value);
  ++at.present;
  at.longest = std::max<std::uint64_t>(at.longest, value.text.size());
  at.strings += value.is_string ? 1 : 0;
  at.dates += looks.date ? 1 : 0;
  at.statuses += looks.status ? 1 : 0;
  at.usual_statuses += looks.usual_status ? 1 : 0;
  at.methods += looks.method ? 1 : 0;
  at.request_lines += looks.request_line ? 1 : 0;
  at.paths += looks.path ? 1 : 0;
  at.routes += looks.route ? 1 : 0;
  at.identifiers += looks.identifier ? 1 : 0;
  at.numbers += looks.number ? 1 : 0;
  at.numbers_with_unit += looks.number_with_unit ? 1 : 0;
  if (looks.time) {
    ++at.times;
    at.times_without_zone += looks.lacks_zone ? 1 : 0;
    at.ascents += *looks.time >= at.last_time ? 1 : 0;
    at.last_time = *looks.time;
  }
  if (looks.number) {
    at.fractions += value.text.find('.') != std::string::npos ? 1 : 0;
    if (at.sizes.size() < PointerStatistics::kMaxDistinct) {
      at.sizes.push_back(std::strtod(value.text.c_str(), nullptr));
    }
  }
  if (at.distinct.size() < PointerStatistics::kMaxDistinct) at.distinct.insert(value.text);
}

}  // namespace

double PointerStatistics::median() const {
  if (sizes.empty()) return 0;
  std::vector<double> sorted = sizes;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

void add_record(const FlatRecord& record, Statistics& statistics) {
  ++statistics.lines;
  for (const FlatValue& value : record) {
    if (value.is_null() || value.text.empty() || value.text == "-" || value.text == kRedacted) {
      continue;
    }
    const auto known = statistics.pointers.find(value.pointer);
    if (known != statistics.pointers.end()) {
      add_value(value, known->second);
    } else if (statistics.pointers.size() < kMaxPointers) {
      add_value(value, statistics.pointers[value.pointer]);
    }
  }
}

}  // namespace fortnight::format
