// The maintenance thread: takes the engine's steps (flush, merge, seal, retention), one after
// another, at a lower priority than everything else.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "daemon/clock.h"
#include "storage/engine.h"

namespace fortnight::daemon {

class Maintenance {
 public:
  // `engine` and `clock` must outlive it. `failed` is told on the thread, and ends it.
  Maintenance(storage::Engine& engine, const Clock& clock,
              std::function<void(const storage::Error&)> failed);
  ~Maintenance() { stop(); }
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;

  // There may be something to do sooner than was thought. Any thread; doesn't block.
  void wake();
  // Waits for the step that runs.
  void stop();

 private:
  void run();

  storage::Engine& engine_;
  const Clock& clock_;
  const std::function<void(const storage::Error&)> failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fortnight::daemon
