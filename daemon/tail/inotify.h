// Hints from the kernel about events in directories. Users must also check regularly without a
// hint: events may be lost and watches refused.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace fortnight::daemon {

// Threads: its loop's.
class Inotify {
 public:
  struct Hint {
    std::vector<std::string> written;  // paths, each once
    bool names = false;                // a file was created, renamed or removed
    bool lost = false;  // there were more events than the kernel, or this hint, could hold
  };

  // Maximum number of paths in one hint.
  static constexpr std::size_t kMaxWritten = 4096;

  // Without inotify instances left in the kernel, it never hints.
  Inotify(boost::asio::io_context& loop, std::function<void(Hint)> hint);

  // Watches exactly these directories. Returns the number that can't be watched.
  std::size_t watch(const std::vector<std::string>& directories);
  // Hints once: at the next event, or at once if there were events since the last hint. Then it is
  // silent until armed again, so a busy directory causes one hint for each check.
  void arm();
  void close();

 private:
  Hint drain();

  boost::asio::posix::stream_descriptor descriptor_;
  std::function<void(Hint)> hint_;
  std::map<std::string, int> watches_;
  std::unordered_map<int, std::string> directories_;  // by watch
  bool armed_ = false;
};

}  // namespace fortnight::daemon
