// A thread that takes steps of the engine's maintenance, one after another: one such thread flushes
// the head, another merges, seals and drops, at a lower priority than everything else.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/time.h"
#include "daemon/clock.h"
#include "daemon/memory_trimmer.h"

namespace fortnight::daemon {

struct MaintenanceOptions {
  const char* thread_name = "maintenance";
  int niceness = 0;
  MemoryTrimmer* trimmer = nullptr;  // for what the steps free; must outlive it
};

class Maintenance {
 public:
  // Does a step; returns when it wants to be called again.
  using Step = std::function<Result<TimeNs>(TimeNs now)>;

  // `clock` must outlive it. `failed` is told on the thread, and ends it.
  Maintenance(const MaintenanceOptions& options, Step step, const Clock& clock,
              std::function<void(const Error&)> failed);
  ~Maintenance() { stop(); }
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;

  // There may be something to do sooner than was thought. Any thread; doesn't block.
  void wake();
  // Waits for the step that runs.
  void stop();

 private:
  void run();

  const MaintenanceOptions options_;
  const Step step_;
  const Clock& clock_;
  const std::function<void(const Error&)> failed_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace fortnight::daemon
