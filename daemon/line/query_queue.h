// Which queries have a thread, and which come next.
//
// A query keeps its thread while it waits for a turn to compute (daemon/line/turns.h). Some threads
// are for queries that have computed little, whatever the large ones do: a query that turns out to
// be large gives its thread back unless it is among the large ones that may run, and waits here for
// that. So does one that needs more memory than its share: one
// query at a time has the reserve.
//
// Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace fortnight::daemon {

// A query, or a step of a FOLLOW, as far as its scheduling goes.
struct QueryTask : std::enable_shared_from_this<QueryTask> {
  virtual ~QueryTask() = default;
  // On a worker's thread.
  virtual void run() = 0;
  // Ends it without running it: `error` is a closing line.
  virtual void end(std::string error) = 0;

  std::string peer;                             // its address
  std::chrono::steady_clock::duration busy{};   // computed so far
  bool needs_reserve = false;                   // of memory: it goes on only once it has that
  bool has_reserve = false;                     // while it runs
  std::chrono::steady_clock::time_point since;  // it waits
  bool large = false;                           // it runs as a large one
  bool may_pause = false;                       // it can give its thread back
  bool timed_out = false;                       // it computed for longer than it may
};

class QueryQueue {
 public:
  // A query that has computed for longer is large.
  static constexpr std::chrono::milliseconds kLarge{100};

  // At most `threads` run at a time, all but a few of them large ones. Requires at least 4.
  explicit QueryQueue(std::size_t threads)
      : threads_(threads), max_large_(threads - few(threads)) {}

  void push(std::shared_ptr<QueryTask> task);
  // The next one that may run, which counts as running from now on; null: none. Of the peer that
  // has the fewest running, the one that has computed least.
  std::shared_ptr<QueryTask> pop();
  void ended(QueryTask& task);
  // Whether a running task may go on as a large one; true: it counts as one.
  bool make_large(QueryTask& task);

  // Takes out a task that has waited for the reserve since before `deadline`; null: none has.
  std::shared_ptr<QueryTask> take_overdue(std::chrono::steady_clock::time_point deadline);
  // Takes out all that wait.
  std::list<std::shared_ptr<QueryTask>> take_all() { return std::exchange(waiting_, {}); }

  [[nodiscard]] std::size_t running() const { return running_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  using Waiting = std::list<std::shared_ptr<QueryTask>>;

  // Threads for queries that are not large.
  static std::size_t few(std::size_t threads) { return threads / 8 + 1; }
  [[nodiscard]] bool may_run(const QueryTask& task) const;
  [[nodiscard]] std::size_t running_of(const std::string& peer) const;

  const std::size_t threads_;
  const std::size_t max_large_;
  Waiting waiting_;  // in the order in which they came
  std::size_t running_ = 0;
  std::size_t large_ = 0;
  bool reserve_taken_ = false;
  std::map<std::string, std::size_t> running_of_;
};

}  // namespace fortnight::daemon
