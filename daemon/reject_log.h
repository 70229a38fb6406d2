// What the log says of a source's rejected lines: the first one of each reason, with what is wrong
// and where, then a line a minute with how many more there were.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "storage/reject.h"

namespace fortnight::daemon {

inline constexpr std::chrono::minutes kRejectLogInterval{1};

// Threads: one at a time.
class RejectLog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void note(const storage::Reject& reject, Time now);
  // Logs the rejects since the last line, once a minute. Call it every few seconds. Returns the
  // number of lines reported.
  std::uint64_t report(const std::string& source, Time now);
  // The configuration changed: a reason's next reject is its first again.
  void begin_anew() { unreported_.clear(); }

 private:
  std::map<std::string, std::uint64_t, std::less<>> unreported_;  // by reason; 0 once reported
  Time reported_{};
};

}  // namespace fortnight::daemon
