// A few days in the life of a store, small and quick: appends, syncs and maintenance by a simulated
// clock, through flushes, merges, seals, late lines and dropped days.
#pragma once

#include <cstdint>
#include <functional>
#include <random>

#include "storage/engine.h"
#include "tests/faults/oracle.h"

namespace fortnight::faults {

inline constexpr TimeNs kLifeBegins = day_start(20'000);

// Everything so small that a few days go through all that a store does.
storage::EngineOptions life_options();

struct LifeLength {
  int days = 4;
  int steps_a_day = 12;
  bool drops_a_day = true;  // on its third day somebody drops the one before
};

// Lives it. Ends early where the store says a fatal
// error; true where it didn't. Refused appends are tried again once by the next step.
bool live(storage::Engine& engine, Oracle& oracle, LifeLength length, std::uint64_t seed);

// Maintains until there is nothing more to do now.
Result<void> maintain_until_idle(storage::Engine& engine, TimeNs now);

}  // namespace fortnight::faults
