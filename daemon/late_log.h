// Logs late calls: the first ones at once, then, while more arrive, one line a minute with their
// number.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "storage/engine.h"

namespace fortnight::daemon {

// Thread-safe.
class LateLog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kInterval{60};

  // `write` logs the given calls; it is called under the lock.
  explicit LateLog(std::function<void(const storage::LateCalls&)> write)
      : write_(std::move(write)) {}

  void add(const storage::LateCalls& late, Time now);
  // Writes the calls since the last line if a minute has passed. Call it every few seconds.
  void tick(Time now);

 private:
  void write_if_due(Time now) REQUIRES(mutex_);

  const std::function<void(const storage::LateCalls&)> write_;
  Mutex mutex_;
  std::optional<Time> written_ GUARDED_BY(mutex_);                  // time of the last line
  std::optional<storage::LateCalls> unwritten_ GUARDED_BY(mutex_);  // calls since then
};

}  // namespace fortnight::daemon
