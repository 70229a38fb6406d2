#include "storage/call/predicate.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/bytes.h"
#include "base/json_number.h"

namespace fortnight::storage {

bool TextPattern::matches(std::string_view text) const {
  if (pieces.empty()) return false;
  if (exact()) return text == pieces.front();
  if (text.empty()) return false;
  const std::string& first = pieces.front();
  const std::string& last = pieces.back();
  if (text.size() < first.size() + last.size()) return false;
  if (!text.starts_with(first) || !text.ends_with(last)) return false;
  // Taking the first occurrence of each middle piece leaves the most room for the later ones.
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

namespace {

bool holds(Comparison comparison, std::partial_ordering order) {
  switch (comparison) {
    case Comparison::less:
      return order < 0;
    case Comparison::less_equal:
      return order <= 0;
    case Comparison::greater:
      return order > 0;
    case Comparison::greater_equal:
      return order >= 0;
  }
  return false;
}

}  // namespace

bool meets(const std::vector<NumberBound>& bounds, double value) {
  return std::all_of(bounds.begin(), bounds.end(), [&](const NumberBound& bound) {
    return holds(bound.comparison, value <=> bound.value);
  });
}

// Rounding to double never reverses an order, so exact comparison is needed only if doubles are
// equal.
bool value_matches(const Predicate& predicate, std::string_view text) {
  if (predicate.bounds.empty()) return matches_any(predicate.patterns, text);
  const std::optional<double> value = number_of(text);
  const auto meets_one = [&](const NumberBound& bound) {
    std::partial_ordering order = *value <=> bound.value;
    if (order == 0 && !bound.text.empty()) order = compare_numbers(text, bound.text);
    return holds(bound.comparison, order);
  };
  return value && std::all_of(predicate.bounds.begin(), predicate.bounds.end(), meets_one);
}

bool status_matches(const Predicate& predicate, std::int32_t status) {
  if (!predicate.bounds.empty()) return status != kNoStatus && meets(predicate.bounds, status);
  return std::any_of(
      predicate.statuses.begin(), predicate.statuses.end(),
      [&](const StatusRange& range) { return status >= range.first && status <= range.last; });
}

std::vector<NumberBound> in_nanoseconds(std::vector<NumberBound> milliseconds) {
  // The bound in nanoseconds is an integer, even if the milliseconds were rounded in binary.
  for (NumberBound& bound : milliseconds) {
    const double ns = bound.value * 1e6;
    const double whole = std::nearbyint(ns);
    bound.value = std::abs(ns - whole) <= std::abs(ns) * 1e-15 ? whole : ns;
  }
  return milliseconds;
}

std::string cache_key(const std::vector<Predicate>& predicates) {
  std::string bytes;
  ByteWriter out(bytes);
  for (const Predicate& predicate : predicates) {
    out.u8(static_cast<std::uint8_t>(predicate.subject));
    out.u8(static_cast<std::uint8_t>(predicate.field));
    out.u8((predicate.negated ? 1 : 0) | (predicate.whole ? 2 : 0));
    out.text(predicate.name);
    out.varint(predicate.pointers.size());
    for (const std::string& pointer : predicate.pointers) out.text(pointer);
    out.varint(predicate.patterns.size());
    for (const TextPattern& pattern : predicate.patterns) {
      out.varint(pattern.pieces.size());
      for (const std::string& piece : pattern.pieces) out.text(piece);
    }
    out.varint(predicate.statuses.size());
    for (const StatusRange& range : predicate.statuses) {
      out.signed_varint(range.first);
      out.signed_varint(range.last);
    }
    out.varint(predicate.bounds.size());
    for (const NumberBound& bound : predicate.bounds) {
      out.u8(static_cast<std::uint8_t>(bound.comparison));
      out.u64(std::bit_cast<std::uint64_t>(bound.value));
      out.text(bound.text);
    }
  }
  return bytes;
}

}  // namespace fortnight::storage
