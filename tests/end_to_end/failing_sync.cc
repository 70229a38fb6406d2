// Preloaded into a daemon: makes one fdatasync fail. The file that FAILING_SYNC names contains
// "EIO" or "ENOSPC", a space, and a part of a path; the next fdatasync of a matching path fails and
// removes the file, so a second try would succeed.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

// The error to return; 0: none.
int failure_of(int fd) {
  const char* flag = std::getenv("FAILING_SYNC");
  if (flag == nullptr) return 0;
  const int wanted = ::open(flag, O_RDONLY | O_CLOEXEC);
  if (wanted < 0) return 0;
  char text[256];
  const auto length = ::read(wanted, text, sizeof text);
  ::close(wanted);
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const auto path_length = ::readlink(link.c_str(), path, sizeof path);
  if (length <= 0 || path_length <= 0) return 0;
  const std::string_view synced(path, static_cast<std::size_t>(path_length));
  const std::string_view said(text, static_cast<std::size_t>(length));
  const std::size_t space = said.find(' ');
  if (space == std::string_view::npos) return 0;
  const bool hit = synced.find(said.substr(space + 1)) != std::string_view::npos;
  if (!hit || ::unlink(flag) != 0) return 0;
  return said.starts_with("ENOSPC") ? ENOSPC : EIO;
}

}  // namespace

extern "C" int fdatasync(int fd) {
  if (const int failure = failure_of(fd)) {
    errno = failure;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
