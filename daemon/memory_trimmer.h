// Returns freed memory to the system, so that the process' size follows its present needs.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/mutex.h"

namespace fortnight::daemon {

// Thread-safe. Called by threads after they have freed much; only one at a time does the work.
class MemoryTrimmer {
 public:
  // `bound` is the intended maximum of the process, in bytes.
  explicit MemoryTrimmer(std::uint64_t bound) : bound_(bound) {}

  // Acts every few seconds, and up to ten times a second near the bound, where free memory between
  // used blocks may add half as much again. Costs some milliseconds.
  void trim_if_due();

 private:
  using Clock = std::chrono::steady_clock;

  const std::uint64_t bound_;
  Mutex mutex_;
  Clock::time_point last_ GUARDED_BY(mutex_) = Clock::now();
};

}  // namespace fortnight::daemon
