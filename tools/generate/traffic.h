// The times of calls: more by day than by night, and more on weekdays than at weekends.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/generate/instant.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

// `calls` instants in [from, to), in ascending order, distributed like independent events.
class Traffic {
 public:
  Traffic(Micros from, Micros to, std::uint64_t calls, std::uint64_t seed);
  // Nothing once all are drawn.
  std::optional<Micros> next(Random& random);

 private:
  // The instant before which `share` of the traffic occurs. `share` must not decrease.
  Micros at(double share);

  Micros from_;
  Micros to_;
  std::uint64_t left_;
  double log_rest_ = 0;         // the logarithm of the share of traffic that is left
  std::vector<double> shares_;  // of the traffic before each quarter of an hour; ends with 1
  std::size_t quarter_ = 0;
};

}  // namespace fortnight::generate
