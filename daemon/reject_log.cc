#include "daemon/reject_log.h"

#include "daemon/log.h"

namespace fortnight::daemon {

void RejectLog::note(const storage::Reject& reject, Time now) {
  if (++lines_ == next_) {
    next_ *= kFirstPower;
    log_warning(
        "many lines were rejected; REJECTS shows them, `fortnight-format try` tests a format",
        {{"source", reject.source},
         {"lines", lines_},
         {"reason", reject.reason},
         {"detail", reject.detail},
         {"offset", reject.offset}});
  }
  const auto known = unreported_.find(reject.reason);
  if (known != unreported_.end()) {
    ++known->second;
    return;
  }
  if (unreported_.empty()) reported_ = now;
  unreported_.emplace(reject.reason, 0);
  // The line may contain data that doesn't belong in a log; REJECTS shows it.
  log_warning("a line was rejected, the first for this reason; REJECTS shows it",
              {{"source", reject.source},
               {"reason", reject.reason},
               {"detail", reject.detail},
               {"offset", reject.offset}});
}

std::uint64_t RejectLog::report(const std::string& source, Time now) {
  if (now - reported_ < kRejectLogInterval) return 0;
  std::uint64_t lines = 0;
  std::string reasons;
  for (auto& [reason, count] : unreported_) {
    if (count == 0) continue;
    lines += count;
    reasons += (reasons.empty() ? "" : ", ") + std::to_string(count) + " " + reason;
    count = 0;
  }
  if (lines == 0) return 0;
  reported_ = now;
  log_warning("more lines were rejected",
              {{"source", source}, {"lines", lines}, {"reasons", reasons}});
  return lines;
}

}  // namespace fortnight::daemon
