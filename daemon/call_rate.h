// The number of calls per second of a source over the last minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

namespace fortnight::daemon {

// Not thread-safe.
class CallRate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `calls` is the total until now. Call it every few seconds.
  void note(std::uint64_t calls, Time now) {
    samples_.push_back({now, calls});
    // The newest sample that is at least a minute old is kept: the rate is measured from it.
    while (samples_.size() > 2 && now - samples_[1].at >= kWindow) samples_.pop_front();
  }
  // Returns 0 before the second call of note().
  [[nodiscard]] double per_second() const {
    if (samples_.size() < 2) return 0;
    const std::chrono::duration<double> time = samples_.back().at - samples_.front().at;
    const auto calls = static_cast<double>(samples_.back().calls - samples_.front().calls);
    return time.count() > 0 ? calls / time.count() : 0;
  }

 private:
  static constexpr std::chrono::minutes kWindow{1};
  struct Sample {
    Time at;
    std::uint64_t calls;
  };
  std::deque<Sample> samples_;
};

}  // namespace fortnight::daemon
