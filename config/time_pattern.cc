#include "config/time_pattern.h"

namespace fortnight::config {

std::string time_pattern_problem(std::string_view pattern) {
  std::string conversions;
  for (std::size_t at = pattern.find('%'); at < pattern.size(); at = pattern.find('%', at + 2)) {
    if (at + 1 == pattern.size() ||
        kTimeConversions.find(pattern[at + 1]) == std::string_view::npos) {
      return "a pattern with the conversions " + std::string(kTimeConversions);
    }
    conversions += pattern[at + 1];
  }
  const auto has = [&](std::string_view any) {
    return conversions.find_first_of(any) != std::string::npos;
  };
  const bool has_date = has("DFj") || (has("mbBh") && has("de"));
  const bool has_clock = has("TR") || (has("HI") && has("M"));
  if (has("s") || (has_date && has_clock)) return {};
  return "a pattern with a date and a time of day, such as %d.%m.%Y %H:%M:%S, or with %s";
}

}  // namespace fortnight::config
