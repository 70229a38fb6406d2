#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/descriptor.h"
#include "storage/files/file_names.h"
#include "storage/files/file_system.h"
#include "storage/files/open_files.h"
#include "storage/files/posix_io.h"
#include "storage/files/root_directory.h"

namespace fortnight::storage {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kOwnerFileMode = 0600;
constexpr mode_t kDirectoryMode = 0750;
// From this size on, a write is worth a system call that starts its writeback.
constexpr std::size_t kWorthStarting = 128U << 10;
constexpr std::size_t kZerosAtOnce = 1U << 20;
// Descriptors of files that were read recently. More than the files of a store of two weeks, and
// few beside the connections that a process may have.
constexpr std::size_t kOpenFiles = 128;

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<void> write(std::uint64_t offset, std::string_view bytes) override {
    FORTNIGHT_TRY(write_fully([&](const void* from, std::size_t count,
                                  off_t at) { return ::pwrite(fd_.get(), from, count, at); },
                              offset, bytes, path_));
    // Starts writing to the disk early, so that sync() waits less. Only a hint: sync() reports
    // errors.
    if (bytes.size() >= kWorthStarting) {
      (void)::sync_file_range(fd_.get(), static_cast<off_t>(offset),
                              static_cast<off_t>(bytes.size()), SYNC_FILE_RANGE_WRITE);
    }
    return {};
  }

  Result<void> sync() override {
    if (without_interrupts([&] { return ::fdatasync(fd_.get()); }) < 0) {
      return system_error(errno, "fdatasync of " + path_);
    }
    return {};
  }

  Result<void> reserve(std::uint64_t size) override {
    const auto done =
        without_interrupts([&] { return ::fallocate(fd_.get(), 0, 0, static_cast<off_t>(size)); });
    if (done == 0) return {};
    // Not every file system supports it.
    if (errno == EOPNOTSUPP || errno == ENOSYS) return write_zeros(size);
    return system_error(errno, "fallocate of " + path_);
  }

  Result<void> preallocate(std::uint64_t size) override {
    FORTNIGHT_TRY(write_zeros(size));
    return sync();
  }

 private:
  Result<void> write_zeros(std::uint64_t size) {
    const std::string zeros(std::min<std::uint64_t>(size, kZerosAtOnce), '\0');
    for (std::uint64_t at = 0; at < size; at += zeros.size()) {
      const auto count = std::min<std::uint64_t>(zeros.size(), size - at);
      FORTNIGHT_TRY(write(at, std::string_view(zeros).substr(0, count)));
    }
    return {};
  }

  Descriptor fd_;
  std::string path_;
};

class PosixFileSystem final : public FileSystem {
 public:
  PosixFileSystem(std::string root, FileReaders readers)
      : file_mode_(readers == FileReaders::owner ? kOwnerFileMode : kFileMode),
        root_(std::make_shared<const RootDirectory>(std::move(root))),
        read_(std::make_shared<OpenFiles>(root_, kOpenFiles)) {}

  Result<std::unique_ptr<ReadableFile>> open(const std::string& path) override {
    return read_->open(path);
  }

  Result<std::unique_ptr<WritableFile>> create(const std::string& path) override {
    return writable(path, O_RDWR | O_CREAT | O_TRUNC);
  }

  Result<std::unique_ptr<WritableFile>> open_for_overwrite(const std::string& path) override {
    return writable(path, O_RDWR);
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    read_->keep_without_name(from);
    read_->keep_without_name(to);
    FORTNIGHT_ASSIGN(const auto source, root_->parent_of(from));
    FORTNIGHT_ASSIGN(const auto target, root_->parent_of(to));
    if (::renameat(source.directory, source.name.c_str(), target.directory, target.name.c_str()) <
        0) {
      return system_error(errno, "rename of " + from + " to " + to);
    }
    return {};
  }

  Result<void> remove(const std::string& path) override {
    read_->keep_without_name(path);
    FORTNIGHT_ASSIGN(const auto parent, root_->parent_of(path));
    if (::unlinkat(parent.directory, parent.name.c_str(), 0) < 0) {
      return system_error(errno, "removal of " + path);
    }
    return {};
  }

  Result<void> make_directory(const std::string& path) override {
    for (std::size_t end = 0; end != std::string::npos;) {
      end = path.find('/', end + 1);
      const std::string directory = path.substr(0, end);
      FORTNIGHT_ASSIGN(const auto parent, root_->parent_of(directory));
      const int made = ::mkdirat(parent.directory, parent.name.c_str(), kDirectoryMode);
      if (made < 0 && errno != EEXIST) return system_error(errno, "directory " + directory);
    }
    // The existing entry may not be a directory.
    const auto opened = root_->open(path, O_RDONLY | O_DIRECTORY);
    return opened ? Result<void>() : opened.error();
  }

  Result<void> sync_directory(const std::string& path) override {
    FORTNIGHT_ASSIGN(const Descriptor fd, root_->open(path, O_RDONLY | O_DIRECTORY));
    if (without_interrupts([&] { return ::fsync(fd.get()); }) < 0) {
      return system_error(errno, "fsync of directory " + path);
    }
    return {};
  }

  Result<std::vector<FileEntry>> list(const std::string& directory) override {
    FORTNIGHT_ASSIGN(Descriptor fd, root_->open(directory, O_RDONLY | O_DIRECTORY));
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()), ::closedir);
    if (!stream) return system_error(errno, directory);
    const int directory_fd = fd.release();
    std::vector<FileEntry> entries;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
      struct stat info {};
      if (::fstatat(directory_fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
          S_ISREG(info.st_mode)) {
        entries.push_back({entry->d_name, static_cast<std::uint64_t>(info.st_size)});
      }
      errno = 0;
    }
    if (errno != 0) return system_error(errno, directory);
    std::sort(entries.begin(), entries.end(),
              [](const FileEntry& a, const FileEntry& b) { return a.name < b.name; });
    return entries;
  }

  Result<std::uint64_t> free_bytes() override {
    struct statvfs info {};
    if (::fstatvfs(root_->get(), &info) < 0) return system_error(errno, root_->path());
    return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  }

 private:
  Result<std::unique_ptr<WritableFile>> writable(const std::string& path, int flags) const {
    FORTNIGHT_ASSIGN(Descriptor fd, root_->open(path, flags, file_mode_));
    return std::make_unique<PosixWritableFile>(std::move(fd), path);
  }

  const mode_t file_mode_;
  const std::shared_ptr<const RootDirectory> root_;
  const std::shared_ptr<OpenFiles> read_;
};

class PosixDirectoryLock final : public DirectoryLock {
 public:
  PosixDirectoryLock(Descriptor directory, Descriptor file)
      : directory_(std::move(directory)), file_(std::move(file)) {}

 private:
  Descriptor directory_;
  Descriptor file_;  // invalid if no file is locked
};

// Tries to lock; fails with ErrorCode::locked if another process holds the lock.
Result<void> take_lock(const Descriptor& fd, const std::string& root) {
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return system_error(errno, root);
  return Error{ErrorCode::locked, root + ": another process holds this data directory"};
}

// Some network file systems lock only files that are open for writing.
bool locks_no_directories(const Result<void>& taken) {
  return !taken && taken.error().code != ErrorCode::locked;
}

}  // namespace

std::unique_ptr<FileSystem> posix_file_system(std::string root, FileReaders readers) {
  return std::make_unique<PosixFileSystem>(std::move(root), readers);
}

// A file in the directory can be removed or replaced, the directory's descriptor can't. The lock
// file is locked as well, because older versions lock only that.
Result<std::unique_ptr<DirectoryLock>> lock_directory(const std::string& root) {
  const RootDirectory opened(root);
  FORTNIGHT_ASSIGN(Descriptor directory, opened.open("", O_RDONLY | O_DIRECTORY));
  const Result<void> taken = take_lock(directory, root);
  if (!taken && taken.error().code == ErrorCode::locked) return taken.error();
  auto file = opened.open(std::string(kLockFile), O_RDWR | O_CREAT, kFileMode);
  if (!file) {
    // The name is taken by something else, so an older version can't hold the lock either.
    if (locks_no_directories(taken)) return file.error();
    file = Descriptor();
  } else {
    FORTNIGHT_TRY(take_lock(*file, root));
  }
  return std::make_unique<PosixDirectoryLock>(std::move(directory), std::move(*file));
}

}  // namespace fortnight::storage
