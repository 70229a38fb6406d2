// How many calls a second a source brought over the last minute.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

namespace fortnight::daemon {

// Threads: one at a time.
class CallRate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // How many calls there were until now. To be called every few seconds.
  void note(std::uint64_t calls, Time now) {
    samples_.push_back({now, calls});
    // The last sample that is a minute old or older stays: it is what the rate counts from.
    while (samples_.size() > 2 && now - samples_[1].at >= kWindow) samples_.pop_front();
  }
  // 0 until two notes were taken.
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
