// Threads for tasks that may block: made as they are needed, up to a bound; past it tasks wait.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace fortnight::daemon {

// Any thread may post. The destructor waits for all tasks.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t max_threads) : max_threads_(max_threads) {}
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void post(std::function<void()> task);
  // Runs what was posted to its end.
  void stop();
  // For a task that takes long: what it still does is done with a lower priority. Where the thread
  // may not be given its own again, no other task gets it.
  static void step_back();

 private:
  void run();
  void retire();  // with the mutex held

  const std::size_t max_threads_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::thread> threads_;
  std::vector<std::thread> retired_;  // they end, or have ended
  std::size_t idle_ = 0;  // of threads_; also those that have yet to start
  bool stopping_ = false;
};

}  // namespace fortnight::daemon
