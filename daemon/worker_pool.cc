#include "daemon/worker_pool.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

// Lower priority than intake and small queries; the same as upkeep.
constexpr int kNicenessBehind = 10;

// The thread's niceness before step_back().
thread_local std::optional<int> usual_niceness;

int own_niceness() { return ::getpriority(PRIO_PROCESS, 0); }

void regain_priority() {
  if (usual_niceness && restore_priority(*usual_niceness)) usual_niceness.reset();
}

}  // namespace

WorkerPool::WorkerPool(std::size_t max_threads, const char* name)
    : max_threads_(max_threads), name_(name), niceness_(own_niceness()) {}

void WorkerPool::post(std::function<void()> task) {
  const MutexLock lock(mutex_);
  if (stopping_) return;
  for (std::thread& thread : std::exchange(retired_, {})) thread.join();
  tasks_.push_back(std::move(task));
  if (tasks_.size() > idle_ && threads_.size() < max_threads_) {
    threads_.emplace_back([this] { run(); });
    ++idle_;
  }
  changed_.notify_one();
}

void WorkerPool::step_back() {
  if (usual_niceness) return;
  usual_niceness = own_niceness();
  lower_priority(kNicenessBehind);
}

void WorkerPool::retire() {
  const auto own = std::find_if(threads_.begin(), threads_.end(), [](const std::thread& thread) {
    return thread.get_id() == std::this_thread::get_id();
  });
  retired_.push_back(std::move(*own));
  threads_.erase(own);
}

void WorkerPool::stop() {
  std::vector<std::thread> threads;
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    // From here on, no thread calls retire() and none is started.
    threads = std::exchange(threads_, {});
    for (std::thread& thread : std::exchange(retired_, {})) threads.push_back(std::move(thread));
  }
  for (std::thread& thread : threads) thread.join();
}

void WorkerPool::run() {
  name_thread(name_);
  // A thread inherits the priority of the one that starts it, which may have stepped back.
  if (own_niceness() > niceness_) usual_niceness = niceness_;
  regain_priority();
  MutexLock lock(mutex_);
  for (;;) {
    while (tasks_.empty() && !stopping_) changed_.wait(mutex_);
    --idle_;
    if (tasks_.empty()) return;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    regain_priority();
    lock.lock();
    // Below the maximum, post() starts a thread for every waiting task. A thread started here would
    // inherit the lowered priority.
    const bool needed = threads_.size() == max_threads_ && tasks_.size() > idle_;
    if (usual_niceness && !needed && !stopping_) return retire();
    ++idle_;
  }
}

}  // namespace fortnight::daemon
