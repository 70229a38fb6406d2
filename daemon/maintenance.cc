#include "daemon/maintenance.h"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/log.h"
#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

// What a flush or a merge has freed goes back to the system, so that the process takes what it
// needs and not what it once needed. Costs some milliseconds, so not after every step.
void give_back_memory() {
  using Clock = std::chrono::steady_clock;
  static Clock::time_point last;
  if (Clock::now() - last < std::chrono::seconds(2)) return;
  last = Clock::now();
  ::malloc_trim(0);
}

}  // namespace

Maintenance::Maintenance(const MaintenanceOptions& options, Step step, const Clock& clock,
                         std::function<void(const storage::Error&)> failed)
    : options_(options), step_(std::move(step)), clock_(clock), failed_(std::move(failed)) {
  thread_ = std::thread([this] { run(); });
}

void Maintenance::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Maintenance::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Maintenance::run() {
  name_thread(options_.thread_name);
  if (options_.niceness != 0) lower_priority(options_.niceness);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    const storage::TimeNs now = clock_.now();
    const auto next = step_(now);
    if (!next) {
      log_error("maintenance failed", {{"error", next.error().message}});
      return failed_(next.error());
    }
    if (options_.gives_back_memory) give_back_memory();
    lock.lock();
    const auto sleep = std::chrono::nanoseconds(std::max<storage::TimeNs>(*next - now, 0));
    changed_.wait_for(lock, std::min<std::chrono::nanoseconds>(sleep, options_.longest_sleep),
                      [this] { return woken_ || stopping_; });
  }
}

}  // namespace fortnight::daemon
