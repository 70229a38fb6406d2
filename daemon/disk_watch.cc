#include "daemon/disk_watch.h"

#include <sys/statvfs.h>

#include <chrono>
#include <utility>

#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

constexpr std::chrono::seconds kWatchInterval{2};

}  // namespace

std::optional<std::uint64_t> disk_bytes(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) return std::nullopt;
  return std::uint64_t{disk.f_blocks} * disk.f_frsize;
}

void DiskWatch::start() {
  look();
  timer_.expires_after(kWatchInterval);
  timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) start();
  });
}

void DiskWatch::look() {
  const auto free = files_.free_bytes();
  if (!free) return;
  const bool little = *free < little_;
  if (little == std::exchange(told_, little)) return;
  if (little) {
    log_warning("the disk is nearly full: intake will pause before it is",
                {{"free_bytes", *free}, {"warned_below", little_}});
  } else {
    log_info("the disk is no longer nearly full", {{"free_bytes", *free}});
  }
}

}  // namespace fortnight::daemon
