#include "daemon/queries/query_queue.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>
#include <vector>

namespace fortnight::daemon {
namespace {

// Computing time by powers of two. Tasks of the same class run in order of arrival.
int size_of(const QueryTask& task) {
  return static_cast<int>(
      std::bit_width(static_cast<std::uint64_t>(task.busy / QueryQueue::kLarge)));
}

}  // namespace

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
  std::vector<std::tuple<std::size_t, int, Waiting::iterator>> order;
  for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
    order.emplace_back(running_of((*one)->peer), size_of(**one), one);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  for (const auto& [running, size, place] : order) {
    if (!may_run(**place)) continue;
    std::shared_ptr<QueryTask> task = std::move(*place);
    waiting_.erase(place);
    task->large = task->busy >= kLarge;
    large_ += task->large ? 1 : 0;
    task->has_reserve = task->needs_reserve;
    reserve_taken_ = reserve_taken_ || task->has_reserve;
    ++running_;
    ++running_of_[task->peer];
    return task;
  }
  return nullptr;
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
    return task->needs_reserve && task->since < deadline;
  });
  if (overdue == waiting_.end()) return nullptr;
  std::shared_ptr<QueryTask> task = std::move(*overdue);
  waiting_.erase(overdue);
  return task;
}

}  // namespace fortnight::daemon
