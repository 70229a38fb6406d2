// The commit thread: appends batches to the store in the order in which they were pushed, makes all
// that has piled up durable with one sync (group commit), and then tells those who wait for it.
//
// A store without room (ErrorCode::no_space) pauses it: the batch in hand is tried again until
// there is room. Any other error ends it for good: nothing more is acknowledged, and `failed` is
// told.
//
// Threads: its own, and any that push. Bounded: has_room() is false once the batches that wait hold
// more than `max_bytes`; those who push ask before they read more.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/clock.h"
#include "storage/store.h"

namespace fortnight::daemon {

struct Commit {
  storage::Append append;              // may be empty: then only its place in the order counts
  std::size_t bytes = 0;               // memory that it holds, for the bound
  std::function<void()> when_durable;  // may be empty; called on the commit thread, must not block
};

struct CommitterOptions {
  std::size_t max_bytes = 32U << 20;
  // A sync comes at the latest so long after an append; at once where somebody waits for it.
  std::chrono::milliseconds sync_interval{20};
  std::chrono::milliseconds retry_interval{50};  // of a store without room
};

// What the commit thread tells, on itself; must not block.
struct CommitterEvents {
  std::function<void()> room;  // has_room() is true again
  std::function<void()> idle;  // busy() was true, and no longer is
  std::function<void(const Error&)> failed;
};

struct CommitterStatus {
  std::size_t queued_bytes = 0;
  std::size_t queued = 0;
  std::uint64_t appends = 0;
  std::uint64_t syncs = 0;
  std::string paused;    // why intake is paused; empty: it isn't
  bool gave_up = false;  // stopped with something that the store had no room for
};

class Committer {
 public:
  // `store` and `clock` must outlive it.
  Committer(storage::Store& store, const Clock& clock, CommitterOptions options,
            CommitterEvents events);
  ~Committer();
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  [[nodiscard]] bool has_room() const;
  [[nodiscard]] std::size_t max_bytes() const { return options_.max_bytes; }
  // Whether commits wait or are being made. Then `idle` is told once none is: what comes meanwhile
  // is better gathered into one commit than pushed in many.
  [[nodiscard]] bool busy();
  // It ended for good, before its time.
  [[nodiscard]] bool failed() const;
  // Never blocks and never refuses; after a failure, nothing comes of it.
  void push(Commit commit);
  // Commits what was pushed, then ends the thread. What a store without room doesn't take within
  // some seconds is given up, unacknowledged.
  void stop();
  [[nodiscard]] CommitterStatus status() const;

 private:
  void run();
  void rest(std::unique_lock<std::mutex>& lock);
  bool append(std::deque<Commit>& batch);
  bool append_one(Commit& commit);
  bool sync();
  bool wait_for_room(const Error& error);
  void resume();
  void fail(const Error& error);

  storage::Store& store_;
  const Clock& clock_;
  const CommitterOptions options_;
  const CommitterEvents events_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Commit> queue_;
  CommitterStatus status_;
  bool stopping_ = false;
  bool failed_ = false;
  bool working_ = false;    // on what was taken from the queue
  bool tell_idle_ = false;  // busy() was asked, and was true

  // The commit thread's own.
  std::vector<std::function<void()>> waiting_;  // for the next sync
  std::chrono::steady_clock::time_point unsynced_since_;
  bool unsynced_ = false;
  std::optional<std::chrono::steady_clock::time_point> paused_since_;
  bool paused_told_ = false;
  std::thread thread_;
};

}  // namespace fortnight::daemon
