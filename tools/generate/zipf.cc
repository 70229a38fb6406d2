#include "tools/generate/zipf.h"

#include <cmath>
#include <numeric>

namespace fortnight::generate {

Zipf::Zipf(std::uint32_t ranks, double exponent) : slots_(ranks) {
  std::vector<double> weights(ranks);
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    weights[rank] = std::pow(static_cast<double>(rank) + 1.0, -exponent);
  }
  const double scale = ranks / std::accumulate(weights.begin(), weights.end(), 0.0);
  std::vector<std::uint32_t> poor;
  std::vector<std::uint32_t> rich;
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    weights[rank] *= scale;
    slots_[rank] = {1.0, rank};
    (weights[rank] < 1.0 ? poor : rich).push_back(rank);
  }
  while (!poor.empty() && !rich.empty()) {
    const std::uint32_t small = poor.back();
    const std::uint32_t large = rich.back();
    poor.pop_back();
    slots_[small] = {weights[small], large};
    weights[large] -= 1.0 - weights[small];
    if (weights[large] < 1.0) {
      rich.pop_back();
      poor.push_back(large);
    }
  }
}

std::uint32_t Zipf::draw(Random& random) const {
  const double position = random.unit() * static_cast<double>(slots_.size());
  const auto index = static_cast<std::uint32_t>(position);
  return position - index < slots_[index].keep ? index : slots_[index].alias;
}

}  // namespace fortnight::generate
