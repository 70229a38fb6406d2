// What systemd is told: nothing where it didn't start us.
#pragma once

#include <chrono>
#include <optional>

namespace fortnight::daemon {

void notify_ready();
void notify_reloading();
void notify_stopping();
void notify_watchdog();
// How often it wants to hear from us, halved to be in time; nothing where it doesn't.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace fortnight::daemon
