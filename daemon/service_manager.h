// Reports to systemd about this process: that it is ready, reloads, is alive or stops, and one
// line about its work, which `systemctl status` shows. Does nothing if systemd didn't start it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace fortnight::daemon {

// What the daemon does at present.
struct Progress {
  double calls_per_second = 0;     // of all sources, over the last minute
  std::uint64_t behind_bytes = 0;  // unread bytes of tailed files
  std::size_t kept_days = 0;       // days of which calls are kept
  std::string paused = {};         // why no lines are taken in; empty: they are
};

// One line for people.
std::string describe(const Progress& progress);

// Threads: the loop's.
class ServiceManager {
 public:
  // `progress` is called every few seconds from ready() on.
  ServiceManager(boost::asio::io_context& loop, std::function<Progress()> progress);

  void ready();
  void reloading();
  void reloaded();
  void stopping();

 private:
  void tick();

  std::function<Progress()> progress_;
  boost::asio::steady_timer timer_;
  std::chrono::microseconds interval_;
};

}  // namespace fortnight::daemon
