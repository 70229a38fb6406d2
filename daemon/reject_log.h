// Logs a source's rejected lines: the first of each reason with its position and error, then one
// line a minute with the number of further ones. Also the tenth, the hundredth and so on of all
// reasons together.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "storage/reject.h"

namespace fortnight::daemon {

inline constexpr std::chrono::minutes kRejectLogInterval{1};

// Not thread-safe.
class RejectLog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void note(const storage::Reject& reject, Time now);
  // Logs the rejects since the last line, once a minute. Call it every few seconds. Returns the
  // number of lines reported.
  std::uint64_t report(const std::string& source, Time now);
  // After a change of the configuration, the next reject of a reason counts as its first.
  void begin_anew() {
    unreported_.clear();
    lines_ = 0;
    next_ = kFirstPower;
  }
  // Rejects since the start, or since begin_anew().
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  // The number of them after which the next one is logged.
  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  static constexpr std::uint64_t kFirstPower = 10;

  std::map<std::string, std::uint64_t, std::less<>> unreported_;  // by reason; 0 once reported
  std::uint64_t lines_ = 0;
  std::uint64_t next_ = kFirstPower;
  Time reported_{};
};

}  // namespace fortnight::daemon
