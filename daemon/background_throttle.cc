#include "daemon/background_throttle.h"

#include <algorithm>

namespace fortnight::daemon {

void ActiveQueries::begin() {
  const MutexLock lock(mutex_);
  ++count_;
}

void ActiveQueries::end() {
  const MutexLock lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

bool ActiveQueries::wait_until_none(std::chrono::nanoseconds at_most) {
  const auto deadline = std::chrono::steady_clock::now() + at_most;
  const MutexLock lock(mutex_);
  while (count_ != 0) {
    if (!none_.wait_until(mutex_, deadline)) return count_ == 0;
  }
  return true;
}

void BackgroundThrottle::pause() {
  const Clock::time_point stopped = Clock::now();
  credit_ = std::min<Clock::duration>(credit_ + (stopped - resumed_), kMostCredit);
  queries_.wait_until_none(credit_);
  resumed_ = Clock::now();
  credit_ = std::max(credit_ - (resumed_ - stopped), Clock::duration::zero());
}

}  // namespace fortnight::daemon
