// Work that can wait gives way to questions while they are computed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace fortnight::daemon {

// How many questions compute right now; not those that wait, for a turn or for a slow reader.
// Threads: any.
class Computing {
 public:
  void begin();
  void end();
  // Returns once none does, after `at_most` in any case: then false, if some still do.
  bool wait_until_none(std::chrono::nanoseconds at_most);

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

// What one thread's work that can wait calls now and then. Of the processors, questions
// get what such work would have had, where otherwise they would take it from intake. However many
// questions there are, it waits no longer than it works; time in which it had nothing to do counts
// as work, up to a second.
class GivingWay {
 public:
  using Clock = std::chrono::steady_clock;

  // `questions` must outlive it.
  explicit GivingWay(Computing& questions) : questions_(questions) {}

  // Waits while questions compute.
  void pause();

 private:
  // Of work that was done, this much counts at the most.
  static constexpr std::chrono::milliseconds kMostCredit{1000};

  Computing& questions_;
  Clock::duration credit_{};  // time worked that wasn't waited for yet
  Clock::time_point resumed_ = Clock::now();
};

}  // namespace fortnight::daemon
