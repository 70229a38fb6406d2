// The memory of lines that have begun and not ended, and of requests that wait, over all
// connections of all ports: one bound.
//
// Past it a connection is read from only as long as it holds no more than its fair share; the
// greedier ones wait, in their kernel's buffers, until others have ended their lines. Past twice
// the bound, each may hold some kilobytes. A line that stays unfinished for too long, while it is
// in the way of others, loses its connection.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fortnight::daemon {

// Threads: any.
class UnfinishedLines {
 public:
  using Clock = std::chrono::steady_clock;
  // A connection that is in the way of others may be so for this long.
  static constexpr std::chrono::seconds kPatience{10};
  // Each connection may always hold this much.
  static constexpr std::size_t kLeastShare = 4U << 10;

  explicit UnfinishedLines(std::size_t bytes) : bytes_(bytes) {}
  UnfinishedLines(const UnfinishedLines&) = delete;
  UnfinishedLines& operator=(const UnfinishedLines&) = delete;

  [[nodiscard]] std::size_t held() const { return held_; }
  // Connections that were closed since their lines stayed unfinished.
  [[nodiscard]] std::uint64_t given_up() const { return given_up_; }

  // One connection's part. Threads: the connection's.
  class Part {
   public:
    explicit Part(UnfinishedLines& all) : all_(all) {}
    ~Part() { hold(0); }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    // It holds so many bytes from now on.
    void hold(std::size_t bytes);
    // How many bytes it may read now; 0: it has to wait.
    [[nodiscard]] std::size_t allowance() const;
    // Whether it has held bytes of one line for too long while memory was short.
    [[nodiscard]] bool overstays() const;
    // The line ended, or another began.
    void renew() { since_ = Clock::now(); }
    void count_as_given_up() { ++all_.given_up_; }

   private:
    UnfinishedLines& all_;
    std::size_t bytes_ = 0;
    Clock::time_point since_ = Clock::now();
  };

 private:
  [[nodiscard]] std::size_t fair_share() const;

  const std::size_t bytes_;
  std::atomic<std::size_t> held_{0};
  std::atomic<std::size_t> holders_{0};
  std::atomic<std::uint64_t> given_up_{0};
};

}  // namespace fortnight::daemon
