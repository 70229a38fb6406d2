// A few days in the life of a store, small and fast: appends, syncs and maintenance with a
// simulated clock, including flushes, merges, seals, late lines and dropped days.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "storage/engine.h"
#include "tests/faults/oracle.h"

namespace fortnight::faults {

inline constexpr TimeNs kLifeBegins = day_start(20'000);

// Small sizes, so that everything that a store does happens within a few days.
storage::EngineOptions life_options();

struct LifeLength {
  int days = 4;
  int steps_a_day = 12;
  bool drops_a_day = true;  // on the third day, the day before is dropped on request
};

// Runs the life. Returns false as soon as the store returns a fatal error. Refused appends are
// tried once more by the next step.
bool live(storage::Engine& engine, Oracle& oracle, LifeLength length, std::uint64_t seed);

// Runs maintenance until nothing more is due at `now`.
Result<void> maintain_until_idle(storage::Engine& engine, TimeNs now);

}  // namespace fortnight::faults
