// Decides which queries have a thread, and which is next.
//
// A query keeps its thread while it waits for a turn to compute (daemon/queries/turns.h). Some
// threads are reserved for small queries. Every query is small at first: one that becomes large
// returns its thread and waits here, unless another large one may run. A query that needs more
// memory than its share also waits here: one query at a time has the reserve.
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

#include "base/require.h"
#include "query/request_error.h"

namespace fortnight::daemon {

// The scheduling state of a query, or of a step of a FOLLOW.
struct QueryTask : std::enable_shared_from_this<QueryTask> {
  virtual ~QueryTask() = default;
  // Called on a worker's thread.
  virtual void run() = 0;
  // Ends the task without running it.
  virtual void end(query::RequestError error) = 0;

  std::string peer;                             // its address
  std::chrono::steady_clock::duration busy{};   // computing time so far
  bool needs_reserve = false;                   // of memory: it can continue only with it
  bool has_reserve = false;                     // while it runs
  std::chrono::steady_clock::time_point since;  // start of the wait
  bool large = false;                           // it runs as a large one
  bool may_pause = false;                       // it can return its thread
  bool may_be_refused = false;                  // nothing of its answer is sent yet
};

class QueryQueue {
 public:
  // A query that has computed for longer is large. If this were longer, large queries would take
  // the reserved threads for their first part, and small ones would wait for them.
  static constexpr std::chrono::milliseconds kLarge{5};

  // At most `threads` tasks run at a time, and a few fewer of them are large. Requires at least 4.
  explicit QueryQueue(std::size_t threads) : threads_(threads), max_large_(threads - few(threads)) {
    FORTNIGHT_REQUIRE(threads >= 4);
  }

  void push(std::shared_ptr<QueryTask> task);
  // Removes and returns the next task that may run, and counts it as running; null if none may. It
  // is the one that has waited longest, of the peer with the fewest running tasks.
  std::shared_ptr<QueryTask> pop();
  void ended(QueryTask& task);
  // Whether a running task may continue as a large one; if true, it counts as one.
  bool make_large(QueryTask& task);

  // Removes a task that has waited since before `deadline`, for the reserve or without having begun
  // its answer; null if there is none.
  std::shared_ptr<QueryTask> take_overdue(std::chrono::steady_clock::time_point deadline);
  // Removes all waiting tasks.
  std::list<std::shared_ptr<QueryTask>> take_all() { return std::exchange(waiting_, {}); }

  [[nodiscard]] std::size_t running() const { return running_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  using Waiting = std::list<std::shared_ptr<QueryTask>>;

  // Number of threads reserved for small queries.
  static std::size_t few(std::size_t threads) { return threads / 8 + 1; }
  [[nodiscard]] bool may_run(const QueryTask& task) const;
  [[nodiscard]] std::size_t running_of(const std::string& peer) const;

  const std::size_t threads_;
  const std::size_t max_large_;
  Waiting waiting_;  // in order of arrival
  std::size_t running_ = 0;
  std::size_t large_ = 0;
  bool reserve_taken_ = false;
  std::map<std::string, std::size_t> running_of_;
};

}  // namespace fortnight::daemon
