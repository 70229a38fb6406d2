// Gives freed memory back to the system, so that the process takes what it needs and not what it
// once needed.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

namespace fortnight::daemon {

// Thread-safe: whoever frees much calls it, and one of them at a time does it.
class MemoryTrimmer {
 public:
  // `bound` is what the process may take, in bytes.
  explicit MemoryTrimmer(std::uint64_t bound) : bound_(bound) {}

  // Every few seconds; near the bound, where what lies free between what is in use may be half as
  // much again, several times a second. Costs some milliseconds.
  void trim_if_due();

 private:
  using Clock = std::chrono::steady_clock;

  const std::uint64_t bound_;
  std::mutex mutex_;
  Clock::time_point last_ = Clock::now();
};

}  // namespace fortnight::daemon
