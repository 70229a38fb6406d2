// The commit thread: appends batches to the store in the order of push(), syncs all appended
// batches together (group commit), and then calls their `when_durable`.
//
// While the store has no room (ErrorCode::no_space), the thread is paused and tries the same batch
// again. Any other error stops it for good: nothing more is acknowledged, and `failed` is called.
//
// Threads: its own; any thread may push. Memory is bounded by its users: has_room() is false while
// waiting batches hold more than `max_bytes`, and users ask before they read more.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "daemon/clock.h"
#include "daemon/time_histogram.h"
#include "storage/store.h"

namespace fortnight::daemon {

struct Commit {
  storage::Append append;              // may be empty: then only its place in the order counts
  std::size_t bytes = 0;               // memory that it holds, counted against max_bytes
  std::function<void()> when_durable;  // may be empty; called on the commit thread, must not block
};

struct CommitterOptions {
  std::size_t max_bytes = 32U << 20;
  // Maximum time between an append and its sync. Commits with `when_durable` are synced at once.
  std::chrono::milliseconds sync_interval{20};
  std::chrono::milliseconds retry_interval{50};  // while the store has no room
};

// Called on the commit thread; must not block.
struct CommitterEvents {
  std::function<void()> room;  // has_room() is true again
  std::function<void()> idle;  // busy() was true and is now false
  std::function<void(const Error&)> failed;
  // Calls are about to be appended; once for each batch.
  std::function<void(const storage::Batch&)> taken_in = {};
};

struct CommitterStatus {
  std::size_t queued_bytes = 0;
  std::size_t queued = 0;
  std::uint64_t appends = 0;
  std::uint64_t syncs = 0;
  std::string paused;    // why intake is paused; empty: not paused
  bool gave_up = false;  // stopped with commits that the store had no room for
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
  // Whether commits are waiting or in progress. If true, `idle` is called once none is: until then
  // it is cheaper to gather one large commit than to push many.
  [[nodiscard]] bool busy();
  // Whether an error has stopped the thread.
  [[nodiscard]] bool failed() const;
  // Never blocks or refuses. After a failure, commits are ignored.
  void push(Commit commit);
  // Commits everything pushed, then ends the thread. Commits that the store has no room for within
  // some seconds are dropped, unacknowledged.
  void stop();
  [[nodiscard]] CommitterStatus status() const;
  // How long syncs of the store took.
  [[nodiscard]] TimeHistogram::Snapshot sync_times() const { return sync_times_.snapshot(); }

 private:
  void run();
  void rest() REQUIRES(mutex_);
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

  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::deque<Commit> queue_ GUARDED_BY(mutex_);
  CommitterStatus status_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  bool failed_ GUARDED_BY(mutex_) = false;
  bool working_ GUARDED_BY(mutex_) = false;    // commits of the queue are in progress
  bool tell_idle_ GUARDED_BY(mutex_) = false;  // busy() returned true

  TimeHistogram sync_times_;

  // Used by the commit thread only.
  std::vector<std::function<void()>> waiting_;  // called after the next sync
  std::chrono::steady_clock::time_point unsynced_since_;
  bool unsynced_ = false;
  std::optional<std::chrono::steady_clock::time_point> paused_since_;
  bool paused_told_ = false;
  std::thread thread_;
};

}  // namespace fortnight::daemon
