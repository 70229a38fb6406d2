// A thread that repeats a step of the engine's maintenance. One such thread flushes the head;
// another merges, seals and drops, with the lowest priority of all threads.
#pragma once

#include <functional>
#include <thread>

#include "base/error.h"
#include "base/mutex.h"
#include "base/time.h"
#include "daemon/clock.h"
#include "daemon/memory_trimmer.h"

namespace fortnight::daemon {

struct MaintenanceOptions {
  const char* thread_name = "maintenance";
  int niceness = 0;
  MemoryTrimmer* trimmer = nullptr;  // frees the memory that steps release; must outlive it
};

class Maintenance {
 public:
  // Performs a step and returns when it should be called again.
  using Step = std::function<Result<TimeNs>(TimeNs now)>;

  // `clock` must outlive it. `failed` is called on the thread, which then ends.
  Maintenance(const MaintenanceOptions& options, Step step, const Clock& clock,
              std::function<void(const Error&)> failed);
  ~Maintenance() { stop(); }
  Maintenance(const Maintenance&) = delete;
  Maintenance& operator=(const Maintenance&) = delete;

  // Runs the next step as soon as possible. Thread-safe; doesn't block.
  void wake();
  // Waits for the running step to end.
  void stop();

 private:
  void run();

  const MaintenanceOptions options_;
  const Step step_;
  const Clock& clock_;
  const std::function<void(const Error&)> failed_;
  Mutex mutex_;
  ConditionVariable changed_;
  bool woken_ GUARDED_BY(mutex_) = false;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace fortnight::daemon
