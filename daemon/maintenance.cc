#include "daemon/maintenance.h"

#include <malloc.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/log.h"
#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

// The engine's own time may stand still or jump; and a head may fill sooner than it thought.
constexpr std::chrono::milliseconds kLongestSleep{100};
constexpr int kNiceness = 10;

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

Maintenance::Maintenance(storage::Engine& engine, const Clock& clock,
                         std::function<void(const storage::Error&)> failed)
    : engine_(engine), clock_(clock), failed_(std::move(failed)) {
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
  engine_.stop_maintenance();
  if (thread_.joinable()) thread_.join();
}

void Maintenance::run() {
  name_thread("maintenance");
  ::setpriority(PRIO_PROCESS, 0, kNiceness);  // of this thread alone, on Linux
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    const storage::TimeNs now = clock_.now();
    const auto next = engine_.maintain(now);
    if (!next) {
      log_error("maintenance failed", {{"error", next.error().message}});
      return failed_(next.error());
    }
    give_back_memory();
    lock.lock();
    const auto sleep = std::chrono::nanoseconds(std::max<storage::TimeNs>(*next - now, 0));
    changed_.wait_for(lock, std::min<std::chrono::nanoseconds>(sleep, kLongestSleep),
                      [this] { return woken_ || stopping_; });
  }
}

}  // namespace fortnight::daemon
