// Looks at the room on the disk every few seconds, and logs when it becomes little and when there
// is enough again: a warning long before intake has to pause. Used on one thread, its loop's.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "storage/files/file_system.h"

namespace fortnight::daemon {

// Of the whole file system that holds the path; nothing where it can't be told.
std::optional<std::uint64_t> disk_bytes(const std::string& path);

class DiskWatch {
 public:
  // `files` must outlive it; `little` is what bytes STATUS calls a nearly full disk at.
  DiskWatch(boost::asio::io_context& loop, storage::FileSystem& files, std::uint64_t little)
      : files_(files), little_(little), timer_(loop) {}

  // Looks at once, and then again and again while the loop runs.
  void start();

 private:
  void look();

  storage::FileSystem& files_;
  const std::uint64_t little_;
  boost::asio::steady_timer timer_;
  bool told_ = false;
};

}  // namespace fortnight::daemon
