// Logs a source's rejected lines: the first of each reason with its position and error, then one
// line a minute with the number of further ones.
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
  void begin_anew() { unreported_.clear(); }

 private:
  std::map<std::string, std::uint64_t, std::less<>> unreported_;  // by reason; 0 once reported
  Time reported_{};
};

}  // namespace fortnight::daemon
