#include "config/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "base/ascii.h"

namespace fortnight::config {
namespace {

bool same(char x, char y) { return lower(x) == lower(y); }

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> above2;
  std::vector<std::size_t> above(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]);
      if (swapped) row[j] = std::min(row[j], above2[j - 2] + 1);
    }
    above2 = std::exchange(above, std::move(row));
  }
  return above.back();
}

bool begins(std::string_view name, std::string_view candidate) {
  constexpr std::size_t kFewestLetters = 3;
  return name.size() >= kFewestLetters && name.size() <= candidate.size() &&
         std::equal(name.begin(), name.end(), candidate.begin(), same);
}

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known) {
  constexpr std::size_t kLongestName = 64;  // no known name is near a longer one
  if (name.size() > kLongestName) return {};
  const std::size_t most = std::max<std::size_t>(name.size() / 3, 1);
  std::string_view nearest;
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (const std::string_view candidate : known) {
    const std::size_t steps = distance(name, candidate);
    if (steps < least && (steps <= most || begins(name, candidate))) {
      least = steps;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace fortnight::config
