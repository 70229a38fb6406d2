// What the two sides of chunks of numbers share. docs/format.md, "Number chunks".
#pragma once

#include <cstddef>
#include <cstdint>

namespace fortnight::storage {

// Values of a delta chunk that share a width.
inline constexpr std::size_t kNumberRun = 128;
// The codes of a dictionary of numbers take no more bits than this.
inline constexpr unsigned kMaxNumberCodeWidth = 8;
inline constexpr std::size_t kMaxDistinctNumbers = std::size_t{1} << kMaxNumberCodeWidth;
// How many zeros a decimal may lose.
inline constexpr unsigned kMaxNumberZeros = 15;

// Numbers are signed, their distances are not, and nothing overflows.
constexpr std::uint64_t number_difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b);
}
constexpr std::int64_t number_sum(std::int64_t base, std::uint64_t distance) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + distance);
}

constexpr std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

}  // namespace fortnight::storage
