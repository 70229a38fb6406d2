// Whether an answer includes everything that was asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "base/time.h"

namespace fortnight::storage {

struct Completeness {
  bool complete = true;  // false: something is missing, damaged or dropped
  // The blocks, files and losses that the query would have read. The store gives each a number,
  // the same for every query, so that nothing is counted twice.
  std::set<std::uint64_t> damage;
  // From this instant on, the calls of all days are kept. Set if earlier calls were asked for and
  // have been dropped.
  std::optional<TimeNs> retained_from;
  // Calls on which the counts could not test the filter (PastCap::untested).
  std::uint64_t untested = 0;

  [[nodiscard]] std::uint64_t damaged() const { return damage.size(); }
  // Adds something that is damaged, by its number.
  void miss(std::uint64_t number) {
    complete = false;
    damage.insert(number);
  }
  // Combines the completeness of two parts of an answer.
  Completeness& operator+=(const Completeness& other) {
    complete = complete && other.complete;
    damage.insert(other.damage.begin(), other.damage.end());
    if (other.retained_from) retained_from = other.retained_from;
    untested += other.untested;
    return *this;
  }
};

}  // namespace fortnight::storage
