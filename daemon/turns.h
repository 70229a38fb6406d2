// Who may compute now: at most so many queries run at a time, the others wait in the order in which
// they came. A query that runs for long hands its turn on and waits again, so that small ones
// needn't wait for it to end; one whose reader is slow hands it on while it waits for the reader.
//
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "daemon/giving_way.h"

namespace fortnight::daemon {

class Turns {
 public:
  // Who has a turn is among the `computing` ones, which must outlive it.
  Turns(std::size_t at_once, Computing& computing) : computing_(computing), free_(at_once) {}

  void take();
  void give_back();
  // Whether somebody waits for a turn.
  [[nodiscard]] bool wanted() const;

 private:
  Computing& computing_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_;
  std::uint64_t next_ticket_ = 0;
  std::uint64_t served_ = 0;
};

// One query's hold on a turn, on the thread that runs it.
class Turn {
 public:
  static constexpr std::chrono::milliseconds kSlice{10};

  // Waits for a turn.
  explicit Turn(Turns& turns) : turns_(&turns) { begin(); }
  ~Turn() { turns_->give_back(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Since it began, without the time spent waiting.
  [[nodiscard]] std::chrono::steady_clock::duration busy() const;
  // Hands the turn on if it has lasted for a slice and somebody waits. Returns having one again.
  void share();
  // Goes on with a turn of `turns`, and waits for it. Nothing where it has one of those.
  void move_to(Turns& turns);
  // Calls `wait` without a turn; it may block.
  template <typename Wait>
  auto without(Wait wait) {
    end();
    const Again again(*this);
    return wait();
  }

 private:
  struct Again {
    explicit Again(Turn& held) : turn(held) {}
    ~Again() { turn.begin(); }
    Again(const Again&) = delete;
    Again& operator=(const Again&) = delete;
    Turn& turn;
  };
  void begin();
  void end();

  Turns* turns_;
  std::chrono::steady_clock::duration earlier_{};  // busy before this slice
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace fortnight::daemon
