// Preloaded into a daemon: one fdatasync fails, the next of a file whose path has in it what stands
// in the file that FAILING_SYNC names. That file is removed by it: a second try would succeed.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

bool is_to_fail(int fd) {
  const char* flag = std::getenv("FAILING_SYNC");
  if (flag == nullptr) return false;
  const int wanted = ::open(flag, O_RDONLY | O_CLOEXEC);
  if (wanted < 0) return false;
  char text[256];
  const auto length = ::read(wanted, text, sizeof text);
  ::close(wanted);
  char path[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const auto path_length = ::readlink(link.c_str(), path, sizeof path);
  if (length <= 0 || path_length <= 0) return false;
  const std::string_view synced(path, static_cast<std::size_t>(path_length));
  const std::string_view part(text, static_cast<std::size_t>(length));
  return synced.find(part) != std::string_view::npos && ::unlink(flag) == 0;
}

}  // namespace

extern "C" int fdatasync(int fd) {
  if (is_to_fail(fd)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
