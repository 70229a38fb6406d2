// Limits how many queries compute at the same time; the others wait for a turn.
//
// The next turn goes to the peer that has the fewest turns, then to its query that has computed
// least, so that small queries never wait for many large ones. Every few turns, the query that has
// waited longest is next, so that large ones make progress. A long query passes its turn on and
// waits again; a query with a slow reader passes it on while it waits for the reader.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <string>

#include "base/mutex.h"

namespace fortnight::daemon {

class Turns {
 public:
  using Duration = std::chrono::steady_clock::duration;

  explicit Turns(std::size_t at_once) : free_(at_once) {}

  // Waits for a turn, for a query of `peer` that has computed for `busy`.
  void take(const std::string& peer, Duration busy);
  void give_back(const std::string& peer);
  // Whether any query waits for a turn.
  [[nodiscard]] bool wanted() const;

 private:
  struct Waiting {
    std::size_t* of_peer = nullptr;  // turns of the peer
    int level = 0;
    bool chosen = false;
    ConditionVariable changed;
  };

  void hand_on() REQUIRES(mutex_);

  mutable Mutex mutex_;
  std::size_t free_ GUARDED_BY(mutex_);
  std::uint64_t handed_on_ GUARDED_BY(mutex_) = 0;
  std::list<Waiting> waiting_ GUARDED_BY(mutex_);  // in order of arrival
  struct Peer {
    std::size_t turns = 0;
    std::size_t queries = 0;  // with a turn or waiting for one
  };
  std::map<std::string, Peer> peers_ GUARDED_BY(mutex_);
};

// A query's turn, on the thread that runs the query.
class Turn {
 public:
  static constexpr std::chrono::milliseconds kSlice{10};

  // Waits for a turn. `before`: computing time so far. `peer` must outlive it.
  Turn(Turns& turns, const std::string& peer, Turns::Duration before = {})
      : turns_(&turns), peer_(peer), earlier_(before) {
    begin();
  }
  ~Turn() { turns_->give_back(peer_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // Computing time since the query began, without waits.
  [[nodiscard]] Turns::Duration busy() const;
  // Passes the turn on if its time slice is over and another query waits. Returns with a turn
  // again.
  void share();
  // Waits for a turn of `turns` and continues with it. Does nothing if it has one of those.
  void move_to(Turns& turns);
  // Calls `wait`, which may block, without a turn.
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
  Turns::Duration earlier_;  // computing time before this slice
  std::chrono::steady_clock::time_point begun_;
};

}  // namespace fortnight::daemon
