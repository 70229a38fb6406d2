#include "daemon/queries/query_queue.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>
#include <vector>

namespace fortnight::daemon {
namespace {

// Computing time by powers of two. Tasks of the same level run in order of arrival.
int level_of(const QueryTask& task) {
  return static_cast<int>(
      std::bit_width(static_cast<std::uint64_t>(task.busy / QueryQueue::kMedium)));
}

}  // namespace

QuerySize QueryQueue::size_of(std::chrono::steady_clock::duration busy) {
  if (busy <= kMedium) return QuerySize::small;
  return busy <= kLarge ? QuerySize::medium : QuerySize::large;
}

void QueryQueue::push(std::shared_ptr<QueryTask> task) {
  task->since = std::chrono::steady_clock::now();
  waiting_.push_back(std::move(task));
}

bool QueryQueue::may_run(const QueryTask& task) const {
  return has_thread_for(size_of(task.busy)) && (!task.needs_reserve || !reserve_taken_);
}

bool QueryQueue::has_thread_for(QuerySize size) const {
  if (size == QuerySize::large && large_ >= max_large_) return false;
  return size == QuerySize::small || not_small_ < max_not_small_;
}

void QueryQueue::count(const QueryTask& task) {
  large_ += task.size == QuerySize::large ? 1 : 0;
  not_small_ += task.size == QuerySize::small ? 0 : 1;
}

void QueryQueue::discount(const QueryTask& task) {
  large_ -= task.size == QuerySize::large ? 1 : 0;
  not_small_ -= task.size == QuerySize::small ? 0 : 1;
}

std::size_t QueryQueue::running_of(const std::string& peer) const {
  const auto found = running_of_.find(peer);
  return found == running_of_.end() ? 0 : found->second;
}

std::shared_ptr<QueryTask> QueryQueue::pop() {
  if (running_ >= threads_) return nullptr;
  std::vector<std::tuple<std::size_t, int, Waiting::iterator>> order;
  for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
    order.emplace_back(running_of((*one)->peer), level_of(**one), one);
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  for (const auto& [running, level, place] : order) {
    if (!may_run(**place)) continue;
    std::shared_ptr<QueryTask> task = std::move(*place);
    waiting_.erase(place);
    task->size = size_of(task->busy);
    count(*task);
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
  discount(task);
  if (std::exchange(task.has_reserve, false)) reserve_taken_ = false;
  const auto of_peer = running_of_.find(task.peer);
  if (--of_peer->second == 0) running_of_.erase(of_peer);
}

bool QueryQueue::grow(QueryTask& task, QuerySize size) {
  discount(task);
  const bool may = has_thread_for(size);
  if (may) task.size = size;
  count(task);
  return may;
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
