// Checks the free space on the disk every few seconds and logs when it becomes low and when it is
// sufficient again: a warning long before intake must pause. Used on the thread of its loop only.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "storage/files/file_system.h"

namespace fortnight::daemon {

// Size of the file system that holds the path; nothing if it isn't known.
std::optional<std::uint64_t> disk_bytes(const std::string& path);

class DiskWatch {
 public:
  // `files` must outlive it. `little`: free bytes below which STATUS reports a nearly full disk.
  DiskWatch(boost::asio::io_context& loop, storage::FileSystem& files, std::uint64_t little)
      : files_(files), little_(little), timer_(loop) {}

  // Checks at once, then regularly while the loop runs.
  void start();

 private:
  void look();

  storage::FileSystem& files_;
  const std::uint64_t little_;
  boost::asio::steady_timer timer_;
  bool told_ = false;
};

}  // namespace fortnight::daemon
