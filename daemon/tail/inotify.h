// A hint from the kernel that something happened in some directories. Only a hint: whoever relies
// on it looks by himself now and then, for events may be lost, and watches may be refused.
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
    bool names = false;                // something was made, renamed or removed
    bool lost = false;                 // there was more than the kernel could keep, or than is told
  };

  // Paths in one hint at the most.
  static constexpr std::size_t kMaxWritten = 4096;

  // Where the kernel has no inotify left to give, it never hints.
  Inotify(boost::asio::io_context& loop, std::function<void(Hint)> hint);

  // Watches these directories, and no others any more. Returns how many can't be watched.
  std::size_t watch(const std::vector<std::string>& directories);
  // Hints once, at the next event or at once where some came since the last hint; then it is silent
  // until armed again: a busy directory costs no more than one hint a look.
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
