// Who may compute now. At most so many queries do at a time; the others wait for a turn.
//
// The next turn is for the peer that has the fewest, then for the query that has computed least, so
// that a small query needn't wait for large ones however many there are; now and then it is for
// whoever waits longest, so that large ones get on. A query that runs for long hands its turn on
// and waits again; one whose reader is slow hands it on while it waits for the reader.
//
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include "daemon/background_throttle.h"

namespace fortnight::daemon {

class Turns {
 public:
  using Duration = std::chrono::steady_clock::duration;

  // Who has a turn is among the `computing` ones, which must outlive it.
  Turns(std::size_t at_once, ActiveQueries& active_queries)
      : active_queries_(active_queries), free_(at_once) {}

  // Waits for a turn, for a query of `peer` that has computed for `busy`.
  void take(const std::string& peer, Duration busy);
  void give_back(const std::string& peer);
  // Whether somebody waits for a turn.
  [[nodiscard]] bool wanted() const;

 private:
  struct Waiting {
    std::size_t* of_peer = nullptr;  // turns that the peer has
    int level = 0;
    bool chosen = false;
    std::condition_variable changed;
  };

  void hand_on();  // with the mutex held

  ActiveQueries& active_queries_;
  mutable std::mutex mutex_;
  std::size_t free_;
  std::uint64_t handed_on_ = 0;
  std::list<Waiting> waiting_;  // in the order in which they came
  struct Peer {
    std::size_t turns = 0;
    std::size_t queries = 0;  // with a turn, or waiting for one
  };
  std::map<std::string, Peer> peers_;
};

// One query's hold on a turn, on the thread that runs it.
class Turn {
 public:
  static constexpr std::chrono::milliseconds kSlice{10};

  // Waits for a turn. `before`: how long the query has computed already. `peer` must outlive it.
  Turn(Turns& turns, const std::string& peer, Turns::Duration before = {})
      : turns_(&turns), peer_(peer), earlier_(before) {
    begin();
  }
  ~Turn() { turns_->give_back(peer_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Since the query began, without the time spent waiting.
  [[nodiscard]] Turns::Duration busy() const;
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
  const std::string& peer_;
  Turns::Duration earlier_;  // busy before this slice
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace fortnight::daemon
