#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "storage/files/backup_target.h"
#include "storage/files/posix_io.h"
#include "storage/files/root_directory.h"

namespace fortnight::storage {
namespace {

// The errors of file systems that have no links, or none between these two directories.
bool must_be_copied(int error) {
  return error == EXDEV || error == EPERM || error == EOPNOTSUPP || error == ENOSYS ||
         error == EMLINK;
}

class PosixBackupTarget final : public BackupTarget {
 public:
  PosixBackupTarget(const std::string& store, const std::string& directory)
      : store_(store),
        directory_(directory),
        files_(posix_file_system(directory, FileReaders::owner)) {}

  [[nodiscard]] FileSystem& files() override { return *files_; }

  Result<void> link(const std::string& path) override {
    FORTNIGHT_ASSIGN(const auto from, store_.parent_of(path));
    FORTNIGHT_ASSIGN(const auto to, directory_.parent_of(path));
    if (::linkat(from.directory, from.name.c_str(), to.directory, to.name.c_str(), 0) == 0) {
      return {};
    }
    const int error = errno;
    if (must_be_copied(error)) return Error{ErrorCode::unsupported, path + ": can't be linked"};
    return system_error(error, "link of " + path);
  }

  [[nodiscard]] bool shares_disk() override {
    struct stat one {};
    struct stat other {};
    return ::fstat(store_.get(), &one) == 0 && ::fstat(directory_.get(), &other) == 0 &&
           one.st_dev == other.st_dev;
  }

 private:
  const RootDirectory store_;
  const RootDirectory directory_;
  const std::unique_ptr<FileSystem> files_;
};

}  // namespace

std::unique_ptr<BackupTarget> posix_backup_target(const std::string& store,
                                                  const std::string& directory) {
  return std::make_unique<PosixBackupTarget>(store, directory);
}

}  // namespace fortnight::storage
