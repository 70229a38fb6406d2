// Draws ranks by Zipf's law: rank k has a weight of 1 / (k + 1)^exponent.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/generate/random.h"

namespace fortnight::generate {

// Walker's alias table: a draw costs one random number whatever the number of ranks.
class Zipf {
 public:
  Zipf(std::uint32_t ranks, double exponent);
  std::uint32_t draw(Random& random) const;

 private:
  struct Slot {
    double keep;          // the probability of the slot's own rank
    std::uint32_t alias;  // the rank drawn otherwise
  };
  std::vector<Slot> slots_;
};

}  // namespace fortnight::generate
