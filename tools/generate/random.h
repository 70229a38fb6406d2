// The generator's only source of randomness: a seed gives the same calls on every machine.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace fortnight::generate {

// Mixes two numbers into one that looks random. For values that must be the same each time they are
// derived (an account's tenth product, whether an hour had a bad deployment).
constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a ^ (b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2));
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// SplitMix64: eight bytes of state, cheap enough to make one for each entity.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
  }

  // 0 to n - 1; n is below 2^32.
  std::uint32_t below(std::uint64_t n) {
    return static_cast<std::uint32_t>(((next() >> 32) * n) >> 32);
  }

  // Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + below(static_cast<std::uint64_t>(high - low + 1));
  }

  // In (0, 1): never 0, so that its logarithm exists.
  double unit() { return (static_cast<double>(next() >> 11) + 0.5) * 0x1p-53; }

  bool chance(double probability) { return unit() < probability; }

  // 0 to n - 1, small numbers much more often: ranks of popularity.
  std::uint32_t skewed(std::uint64_t n) {
    const double u = unit();
    return static_cast<std::uint32_t>(u * u * u * static_cast<double>(n));
  }

  double normal() {
    return std::sqrt(-2.0 * std::log(unit())) * std::cos(2.0 * std::numbers::pi * unit());
  }

 private:
  std::uint64_t state_;
};

}  // namespace fortnight::generate
