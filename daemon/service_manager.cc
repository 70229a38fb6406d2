#include "daemon/service_manager.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/number_text.h"

namespace fortnight::daemon {
namespace {

constexpr std::chrono::microseconds kInterval = std::chrono::seconds(5);

void notify(const std::string& state) { ::sd_notify(0, state.c_str()); }

bool is_watched() { return std::getenv("NOTIFY_SOCKET") != nullptr; }

// systemd restarts a process from which it hears nothing for the time that it names: half of that
// is early enough.
std::chrono::microseconds interval() {
  std::uint64_t watchdog = 0;
  if (::sd_watchdog_enabled(0, &watchdog) <= 0) return kInterval;
  return std::min(kInterval, std::chrono::microseconds(watchdog / 2));
}

}  // namespace

std::string describe(const Progress& progress) {
  const std::string paused =
      progress.paused.empty() ? "" : fmt::format("Intake is paused ({}). ", progress.paused);
  std::string text =
      fmt::format("{}{:.1f} calls a second; {} bytes behind; calls of {} day{}", paused,
                  progress.calls_per_second, with_commas(progress.behind_bytes), progress.kept_days,
                  progress.kept_days == 1 ? "" : "s");
  // A line end would begin another assignment of the notification.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

ServiceManager::ServiceManager(boost::asio::io_context& loop, std::function<Progress()> progress)
    : progress_(std::move(progress)), timer_(loop), interval_(interval()) {}

void ServiceManager::ready() {
  notify("READY=1");
  if (is_watched()) tick();
}

void ServiceManager::reloading() { notify("RELOADING=1"); }

void ServiceManager::reloaded() { notify("READY=1"); }

void ServiceManager::stopping() { notify("STOPPING=1"); }

void ServiceManager::tick() {
  notify("WATCHDOG=1\nSTATUS=" + describe(progress_()));
  timer_.expires_after(interval_);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) tick();
  });
}

}  // namespace fortnight::daemon
