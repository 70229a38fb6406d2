#include "daemon/late_log.h"

#include <algorithm>

namespace fortnight::daemon {

void LateLog::add(const storage::LateCalls& late, Time now) {
  const MutexLock lock(mutex_);
  if (unwritten_) {
    unwritten_ = {unwritten_->calls + late.calls, std::min(unwritten_->oldest, late.oldest),
                  late.kept_from};
  } else {
    unwritten_ = late;
  }
  write_if_due(now);
}

void LateLog::tick(Time now) {
  const MutexLock lock(mutex_);
  write_if_due(now);
}

void LateLog::write_if_due(Time now) {
  if (!unwritten_ || (written_ && now - *written_ < kInterval)) return;
  written_ = now;
  write_(*unwritten_);
  unwritten_.reset();
}

}  // namespace fortnight::daemon
