// When calls happen: a range of time is busier by day than by night, on weekdays than at weekends.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/generate/instant.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

// Spreads `calls` instants over [from, to), in ascending order, as independent events fall.
class Traffic {
 public:
  Traffic(Micros from, Micros to, std::uint64_t calls, std::uint64_t seed);
  // Nothing once all were drawn.
  std::optional<Micros> next(Random& random);

 private:
  // The instant before which `share` of the traffic falls; must not decrease from call to call.
  Micros at(double share);

  Micros from_;
  Micros to_;
  std::uint64_t left_;
  double log_rest_ = 0;         // the logarithm of the share of the traffic that is still to come
  std::vector<double> shares_;  // of the traffic before each quarter of an hour; ends with 1
  std::size_t quarter_ = 0;
};

}  // namespace fortnight::generate
