#include "daemon/background_throttle.h"

#include <algorithm>

namespace fortnight::daemon {

void ActiveQueries::begin() {
  const std::lock_guard lock(mutex_);
  ++count_;
}

void ActiveQueries::end() {
  const std::lock_guard lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

bool ActiveQueries::wait_until_none(std::chrono::nanoseconds at_most) {
  std::unique_lock lock(mutex_);
  return count_ == 0 || none_.wait_for(lock, at_most, [this] { return count_ == 0; });
}

void BackgroundThrottle::pause() {
  const Clock::time_point stopped = Clock::now();
  credit_ = std::min<Clock::duration>(credit_ + (stopped - resumed_), kMostCredit);
  queries_.wait_until_none(credit_);
  resumed_ = Clock::now();
  credit_ = std::max(credit_ - (resumed_ - stopped), Clock::duration::zero());
}

}  // namespace fortnight::daemon
