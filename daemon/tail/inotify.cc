#include "daemon/tail/inotify.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_set>
#include <utility>

namespace fortnight::daemon {
namespace {

constexpr std::uint32_t kNameEvents =
    IN_CREATE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF;
constexpr std::uint32_t kEvents = kNameEvents | IN_MODIFY;

}  // namespace

Inotify::Inotify(boost::asio::io_context& loop, std::function<void(Hint)> hint)
    : descriptor_(loop), hint_(std::move(hint)) {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor >= 0) descriptor_.assign(descriptor);
}

std::size_t Inotify::watch(const std::vector<std::string>& directories) {
  if (!descriptor_.is_open()) return directories.size();
  std::erase_if(watches_, [&](const auto& watch) {
    const bool wanted =
        std::find(directories.begin(), directories.end(), watch.first) != directories.end();
    if (!wanted) {
      ::inotify_rm_watch(descriptor_.native_handle(), watch.second);
      directories_.erase(watch.second);
    }
    return !wanted;
  });
  std::size_t failed = 0;
  for (const std::string& directory : directories) {
    // Added again each time: the name may refer to another directory now.
    const int watch =
        ::inotify_add_watch(descriptor_.native_handle(), directory.c_str(), kEvents | IN_ONLYDIR);
    if (watch < 0) {
      ++failed;
    } else {
      watches_[directory] = watch;
      directories_[watch] = directory;
    }
  }
  return failed;
}

void Inotify::arm() {
  if (!descriptor_.is_open() || std::exchange(armed_, true)) return;
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this](boost::system::error_code failed) {
                           if (failed) return;
                           armed_ = false;
                           hint_(drain());
                         });
}

void Inotify::close() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

Inotify::Hint Inotify::drain() {
  alignas(inotify_event) std::array<char, 16 << 10> buffer;
  Hint hint;
  std::unordered_set<std::string> written;
  for (;;) {
    const ssize_t count = ::read(descriptor_.native_handle(), buffer.data(), buffer.size());
    if (count <= 0) break;
    for (ssize_t at = 0; at < count;) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      if ((event.mask & kNameEvents) != 0) hint.names = true;
      if ((event.mask & IN_Q_OVERFLOW) != 0) hint.lost = true;
      const auto directory = directories_.find(event.wd);
      if ((event.mask & IN_MODIFY) == 0 || event.len == 0 || directory == directories_.end()) {
        continue;
      }
      if (written.size() < kMaxWritten) {
        written.insert(directory->second + (directory->second == "/" ? "" : "/") + name);
      } else {
        hint.lost = true;
      }
    }
  }
  hint.written.assign(written.begin(), written.end());
  return hint;
}

}  // namespace fortnight::daemon
