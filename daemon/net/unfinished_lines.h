// One memory limit for pending lines and waiting requests of all connections on all ports.
//
// Above the limit a connection is read only while it holds less than its fair share; the others
// wait, in their kernel's buffers, until lines have ended. Above twice the limit each may hold only
// some kilobytes. A connection whose line stays pending for too long while memory is short is
// closed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace fortnight::daemon {

// Thread-safe.
class UnfinishedLines {
 public:
  using Clock = std::chrono::steady_clock;
  // Maximum time that a connection may hold memory that others need.
  static constexpr std::chrono::seconds kPatience{10};
  // Each connection may always hold this much.
  static constexpr std::size_t kLeastShare = 4U << 10;

  explicit UnfinishedLines(std::size_t bytes) : bytes_(bytes) {}
  UnfinishedLines(const UnfinishedLines&) = delete;
  UnfinishedLines& operator=(const UnfinishedLines&) = delete;

  [[nodiscard]] std::size_t held() const { return held_; }
  // Number of connections closed because their lines stayed pending.
  [[nodiscard]] std::uint64_t given_up() const { return given_up_; }

  // One connection's share. Threads: the connection's.
  class Part {
   public:
    explicit Part(UnfinishedLines& all) : all_(all) {}
    ~Part() { hold(0); }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    // Sets the number of bytes that the connection holds.
    void hold(std::size_t bytes);
    // Number of bytes that it may read now; 0: it has to wait.
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
