// All maintenance of an engine, in one thread.
#pragma once

#include "storage/engine.h"

namespace fortnight::tests {

// Does one step at most. Returns the time at which it must be called again.
inline Result<TimeNs> maintain(storage::Engine& engine, TimeNs now) {
  const auto flush = engine.flush_if_due(now);
  if (!flush || *flush <= now) return flush;
  return engine.upkeep(now);
}

}  // namespace fortnight::tests
