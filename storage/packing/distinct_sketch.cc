#include "storage/packing/distinct_sketch.h"

#include <array>
#include <cmath>
#include <limits>

namespace fortnight::storage {
namespace {

// The names follow Ertl's paper, algorithm 6.
double sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double z = x;
  for (double before = -1; z != before;) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

double tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double z = 1 - x;
  for (double before = -1; z != before;) {
    before = z;
    x = std::sqrt(x);
    y /= 2;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

}  // namespace

std::uint64_t DistinctSketch::estimate() const {
  if (registers_.empty()) return 0;
  std::array<std::uint32_t, kMaxSketchRank + 1> with_rank{};
  for (const std::uint8_t rank : registers_) ++with_rank[rank];
  constexpr double kM = kSketchRegisters;
  double z = kM * tau(1 - with_rank[kMaxSketchRank] / kM);
  for (unsigned rank = kSketchHashBits; rank >= 1; --rank) z = (z + with_rank[rank]) / 2;
  z += kM * sigma(with_rank[0] / kM);
  const double estimate = kM * kM / (2 * std::log(2.0) * z);
  return static_cast<std::uint64_t>(std::llround(estimate));
}

}  // namespace fortnight::storage
