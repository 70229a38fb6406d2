// Decides which queries have a thread, and which is next.
//
// A query keeps its thread while it waits for a turn to compute (daemon/queries/turns.h). Threads
// are reserved by size, which is the time that a query has computed:
//
//   small            any thread
//   medium, large    all but a few: every query is small at first, so without these threads a
//                    small one would wait for all that are about to become medium
//   large            all but twice as many
//
// A query that outgrows its size returns its thread and waits here, unless another of its new size
// may run. A query that needs more memory than its share also waits here: one query at a time has
// the reserve.
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

enum class QuerySize { small, medium, large };

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
  QuerySize size = QuerySize::small;            // while it runs
  bool may_pause = false;                       // it can return its thread
};

class QueryQueue {
 public:
  // Queries that have computed for longer are medium, and large.
  static constexpr std::chrono::milliseconds kMedium{5};
  static constexpr std::chrono::milliseconds kLarge{100};
  static QuerySize size_of(std::chrono::steady_clock::duration busy);

  // At most `threads` tasks run at a time. Requires at least 4.
  explicit QueryQueue(std::size_t threads)
      : threads_(threads),
        max_large_(threads - 2 * few(threads)),
        max_not_small_(threads - few(threads)) {
    FORTNIGHT_REQUIRE(threads >= 4);
  }

  void push(std::shared_ptr<QueryTask> task);
  // Removes and returns the next task that may run, and counts it as running; null if none may. It
  // is the one that has computed least, of the peer with the fewest running tasks.
  std::shared_ptr<QueryTask> pop();
  void ended(QueryTask& task);
  // Whether a running task may continue at this size; if true, it counts as one of this size.
  bool grow(QueryTask& task, QuerySize size);

  // Removes a task that has waited for the reserve since before `deadline`; null if there is none.
  std::shared_ptr<QueryTask> take_overdue(std::chrono::steady_clock::time_point deadline);
  // Removes all waiting tasks.
  std::list<std::shared_ptr<QueryTask>> take_all() { return std::exchange(waiting_, {}); }

  [[nodiscard]] std::size_t running() const { return running_; }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  using Waiting = std::list<std::shared_ptr<QueryTask>>;

  static std::size_t few(std::size_t threads) { return threads / 16 + 1; }
  [[nodiscard]] bool has_thread_for(QuerySize size) const;
  void count(const QueryTask& task);
  void discount(const QueryTask& task);
  [[nodiscard]] bool may_run(const QueryTask& task) const;
  [[nodiscard]] std::size_t running_of(const std::string& peer) const;

  const std::size_t threads_;
  const std::size_t max_large_;
  const std::size_t max_not_small_;
  Waiting waiting_;  // in order of arrival
  std::size_t running_ = 0;
  std::size_t large_ = 0;
  std::size_t not_small_ = 0;  // medium and large
  bool reserve_taken_ = false;
  std::map<std::string, std::size_t> running_of_;
};

}  // namespace fortnight::daemon
