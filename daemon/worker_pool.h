// Threads for tasks that may block, started on demand up to a maximum; further tasks wait.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fortnight::daemon {

// post() is thread-safe. The destructor waits for all tasks.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t max_threads) : max_threads_(max_threads) {}
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
  void retire();  // requires the mutex

  const std::size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::vector<std::thread> retired_;  // threads that are ending or have ended
  std::size_t idle_ = 0;              // of threads_; includes those that have yet to start
  bool stopping_ = false;
};

}  // namespace fortnight::daemon
