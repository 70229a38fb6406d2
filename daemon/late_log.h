// Tells the log of calls that came too late to be kept: of the first ones at once, then, while more
// come, how many in a line a minute.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "storage/engine.h"

namespace fortnight::daemon {

// Thread-safe.
class LateLog {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kInterval{60};

  // `write` takes the calls to tell of, under the lock.
  explicit LateLog(std::function<void(const storage::LateCalls&)> write)
      : write_(std::move(write)) {}

  void add(const storage::LateCalls& late, Time now);
  // Writes what came since the last line, where that was long enough ago. To be called now and
  // then.
  void tick(Time now);

 private:
  void write_if_due(Time now);

  const std::function<void(const storage::LateCalls&)> write_;
  std::mutex mutex_;
  std::optional<Time> written_;                  // the last line
  std::optional<storage::LateCalls> unwritten_;  // since then
};

}  // namespace fortnight::daemon
