#include "storage/call/predicate.h"

#include <algorithm>
#include <cmath>

namespace fortnight::storage {

bool TextPattern::matches(std::string_view text) const {
  if (pieces.empty()) return false;
  if (exact()) return text == pieces.front();
  if (text.empty()) return false;
  const std::string& first = pieces.front();
  const std::string& last = pieces.back();
  if (text.size() < first.size() + last.size()) return false;
  if (!text.starts_with(first) || !text.ends_with(last)) return false;
  // Each piece between at its first place leaves the most room for those after it.
  text.remove_prefix(first.size());
  text.remove_suffix(last.size());
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const std::size_t found = text.find(pieces[i]);
    if (found == std::string_view::npos) return false;
    text.remove_prefix(found + pieces[i].size());
  }
  return true;
}

bool matches_any(const std::vector<TextPattern>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const TextPattern& pattern) { return pattern.matches(text); });
}

bool meets(const std::vector<NumberBound>& bounds, double value) {
  return std::all_of(bounds.begin(), bounds.end(), [&](const NumberBound& bound) {
    switch (bound.comparison) {
      case Comparison::less:
        return value < bound.value;
      case Comparison::less_equal:
        return value <= bound.value;
      case Comparison::greater:
        return value > bound.value;
      case Comparison::greater_equal:
        return value >= bound.value;
    }
    return false;
  });
}

bool status_matches(const Predicate& predicate, std::int32_t status) {
  if (!predicate.bounds.empty()) return status != kNoStatus && meets(predicate.bounds, status);
  return std::any_of(
      predicate.statuses.begin(), predicate.statuses.end(),
      [&](const StatusRange& range) { return status >= range.first && status <= range.last; });
}

std::vector<NumberBound> in_nanoseconds(std::vector<NumberBound> milliseconds) {
  // A bound of whole nanoseconds is an integer, whatever its milliseconds were rounded to in
  // binary.
  for (NumberBound& bound : milliseconds) {
    const double ns = bound.value * 1e6;
    const double whole = std::nearbyint(ns);
    bound.value = std::abs(ns - whole) <= std::abs(ns) * 1e-15 ? whole : ns;
  }
  return milliseconds;
}

}  // namespace fortnight::storage
