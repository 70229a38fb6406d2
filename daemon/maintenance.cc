#include "daemon/maintenance.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "daemon/log.h"
#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

// The engine's clock may stand still or jump, so sleeps are short.
constexpr std::chrono::milliseconds kLongestSleep{100};

}  // namespace

Maintenance::Maintenance(const MaintenanceOptions& options, Step step, const Clock& clock,
                         std::function<void(const Error&)> failed)
    : options_(options), step_(std::move(step)), clock_(clock), failed_(std::move(failed)) {
  thread_ = std::thread([this] { run(); });
}

void Maintenance::wake() {
  const MutexLock lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Maintenance::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void Maintenance::run() {
  name_thread(options_.thread_name);
  if (options_.niceness != 0) lower_priority(options_.niceness);
  MutexLock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    lock.unlock();
    const TimeNs now = clock_.now();
    const auto next = step_(now);
    if (!next) {
      log_error("maintenance failed", {{"error", next.error().message}});
      return failed_(next.error());
    }
    if (options_.trimmer != nullptr) options_.trimmer->trim_if_due();
    lock.lock();
    const auto sleep = std::chrono::nanoseconds(std::max<TimeNs>(*next - now, 0));
    const auto deadline =
        std::chrono::steady_clock::now() + std::min<std::chrono::nanoseconds>(sleep, kLongestSleep);
    while (!woken_ && !stopping_ && changed_.wait_until(mutex_, deadline)) {
    }
  }
}

}  // namespace fortnight::daemon
