#include "storage/files/root_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "storage/files/posix_io.h"

namespace fortnight::storage {
namespace {

Descriptor open_root(const std::string& path) {
  return Descriptor(
      without_interrupts([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
}

// The error of `number`, unless a symbolic link is the cause.
Error error_of(int number, int directory, const std::string& name, const std::string& path) {
  struct stat info {};
  const bool link =
      ::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode);
  if ((number == ELOOP || number == ENOTDIR) && link) {
    return io_error(path +
                    ": is a symbolic link, and none is followed within a data directory; move it "
                    "there, or mount it there");
  }
  return system_error(number, path);
}

// In a directory like /tmp others may create files; those are not ours.
Result<void> check_owner(int fd, const std::string& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return system_error(errno, path);
  const uid_t self = ::geteuid();
  // With the sticky bit, others can't touch our files in a directory.
  const bool sticky = S_ISDIR(info.st_mode) && (info.st_mode & S_ISVTX) != 0;
  if ((info.st_mode & S_IWOTH) != 0 && !sticky) {
    return io_error(path + ": anybody can write to it: chmod o-w it");
  }
  if (info.st_uid == self || info.st_uid == 0) return {};
  return io_error(path + ": belongs to user " + std::to_string(info.st_uid) +
                  ", and this is user " + std::to_string(self) + ": chown it, or run as its owner");
}

}  // namespace

RootDirectory::RootDirectory(std::string path)
    : path_(std::move(path)), fd_(open_root(path_)), error_(fd_ ? 0 : errno) {}

Result<RootDirectory::Parent> RootDirectory::parent_of(const std::string& path) const {
  if (!fd_) return system_error(error_, path_);
  Parent parent{Descriptor(), fd_.get(), {}};
  std::size_t begin = 0;
  for (std::size_t end = path.find('/'); end != std::string::npos; end = path.find('/', begin)) {
    const std::string name = path.substr(begin, end - begin);
    Descriptor next(
        ::openat(parent.directory, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return error_of(errno, parent.directory, name, path.substr(0, end));
    FORTNIGHT_TRY(check_owner(next.get(), path.substr(0, end)));
    parent.owned = std::move(next);
    parent.directory = parent.owned.get();
    begin = end + 1;
  }
  parent.name = path.substr(begin);
  return parent;
}

Result<Descriptor> RootDirectory::open(const std::string& path, int flags, mode_t mode) const {
  FORTNIGHT_ASSIGN(const Parent parent, parent_of(path));
  const std::string name = parent.name.empty() ? "." : parent.name;
  const int fd = without_interrupts([&] {
    return ::openat(parent.directory, name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC, mode);
  });
  if (fd < 0) return error_of(errno, parent.directory, name, path.empty() ? path_ : path);
  Descriptor opened(fd);
  // The owner of the root itself is not checked: the configuration names that path.
  if (!path.empty()) FORTNIGHT_TRY(check_owner(fd, path));
  return opened;
}

}  // namespace fortnight::storage
