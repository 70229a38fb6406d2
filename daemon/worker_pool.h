// Threads for tasks that may block, started on demand up to a maximum; further tasks wait.
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace fortnight::daemon {

// post() is thread-safe. The destructor waits for all tasks.
class WorkerPool {
 public:
  // Threads have the priority of the calling thread. `name` (static storage) is that of the
  // threads.
  explicit WorkerPool(std::size_t max_threads, const char* name = "query");
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void post(std::function<void()> task);
  // Waits for all posted tasks.
  void stop();
  // Lowers the priority of the calling thread, for the rest of a long task. If the thread isn't
  // permitted to restore its priority, it gets no further task.
  static void step_back();

 private:
  void run();
  void retire() REQUIRES(mutex_);

  const std::size_t max_threads_;
  const char* const name_;
  const int niceness_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<std::function<void()>> tasks_ GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ GUARDED_BY(mutex_);
  std::vector<std::thread> retired_ GUARDED_BY(mutex_);  // threads that are ending or have ended
  std::size_t idle_ GUARDED_BY(mutex_) = 0;  // of threads_; includes those that have yet to start
  bool stopping_ GUARDED_BY(mutex_) = false;
};

}  // namespace fortnight::daemon
