// Notifications to systemd; they do nothing if systemd didn't start the process.
#pragma once

#include <chrono>
#include <optional>

namespace fortnight::daemon {

void notify_ready();
void notify_reloading();
void notify_stopping();
void notify_watchdog();
// Half the interval at which systemd expects a notification; nothing if it expects none.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace fortnight::daemon
