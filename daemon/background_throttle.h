// Background work (merges) yields the processor to queries.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/mutex.h"

namespace fortnight::daemon {

// Counts the queries that are computing. Queries that wait for a turn or for a slow reader don't
// count. Thread-safe.
class ActiveQueries {
 public:
  void begin();
  void end();
  // Waits until no query computes, for at most `at_most`. Returns false if some still do.
  bool wait_until_none(std::chrono::nanoseconds at_most);

 private:
  Mutex mutex_;
  ConditionVariable none_;
  std::size_t count_ GUARDED_BY(mutex_) = 0;
};

// One thread's background work calls pause() every few milliseconds. Queries then take processor
// time from this work and not from intake. The work waits no longer than it has worked, however
// many queries there are. Idle time counts as work, up to kMostCredit.
class BackgroundThrottle {
 public:
  using Clock = std::chrono::steady_clock;

  // `queries` must outlive it.
  explicit BackgroundThrottle(ActiveQueries& queries) : queries_(queries) {}

  // Waits while queries compute, up to the credit.
  void pause();

 private:
  static constexpr std::chrono::milliseconds kMostCredit{1000};

  ActiveQueries& queries_;
  Clock::duration credit_{};  // time worked minus time waited
  Clock::time_point resumed_ = Clock::now();
};

}  // namespace fortnight::daemon
