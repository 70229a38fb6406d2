#include "daemon/queries/query_queue.h"

#include <algorithm>
#include <utility>

namespace fortnight::daemon {

void QueryQueue::push(std::shared_ptr<QueryTask> task) {
  task->since = std::chrono::steady_clock::now();
  waiting_.push_back(std::move(task));
}

bool QueryQueue::may_run(const QueryTask& task) const {
  if (task.busy >= kLarge && large_ >= max_large_) return false;
  return !task.needs_reserve || !reserve_taken_;
}

std::size_t QueryQueue::running_of(const std::string& peer) const {
  const auto found = running_of_.find(peer);
  return found == running_of_.end() ? 0 : found->second;
}

std::shared_ptr<QueryTask> QueryQueue::pop() {
  if (running_ >= threads_) return nullptr;
  auto next = waiting_.end();
  std::size_t fewest = 0;
  for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
    if (!may_run(**one)) continue;
    const std::size_t running = running_of((*one)->peer);
    if (next != waiting_.end() && running >= fewest) continue;
    next = one;
    fewest = running;
  }
  if (next == waiting_.end()) return nullptr;
  std::shared_ptr<QueryTask> task = std::move(*next);
  waiting_.erase(next);
  task->large = task->busy >= kLarge;
  large_ += task->large ? 1 : 0;
  task->has_reserve = task->needs_reserve;
  reserve_taken_ = reserve_taken_ || task->has_reserve;
  ++running_;
  ++running_of_[task->peer];
  return task;
}

void QueryQueue::ended(QueryTask& task) {
  --running_;
  large_ -= std::exchange(task.large, false) ? 1 : 0;
  if (std::exchange(task.has_reserve, false)) reserve_taken_ = false;
  const auto of_peer = running_of_.find(task.peer);
  if (--of_peer->second == 0) running_of_.erase(of_peer);
}

bool QueryQueue::make_large(QueryTask& task) {
  if (task.large) return true;
  if (large_ >= max_large_) return false;
  task.large = true;
  ++large_;
  return true;
}

std::shared_ptr<QueryTask> QueryQueue::take_overdue(
    std::chrono::steady_clock::time_point deadline) {
  const auto overdue = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& task) {
    return (task->needs_reserve || task->may_be_refused) && task->since < deadline;
  });
  if (overdue == waiting_.end()) return nullptr;
  std::shared_ptr<QueryTask> task = std::move(*overdue);
  waiting_.erase(overdue);
  return task;
}

}  // namespace fortnight::daemon
