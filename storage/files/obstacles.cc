#include "storage/files/obstacles.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "storage/files/file_names.h"
#include "storage/files/file_system.h"
#include "storage/files/posix_io.h"
#include "storage/files/quarantine.h"
#include "storage/files/root_directory.h"

namespace fortnight::storage {
namespace {

class Obstacles {
 public:
  explicit Obstacles(const std::string& root) : root_(root), files_(posix_file_system(root)) {}

  Result<std::vector<std::string>> clear() {
    FORTNIGHT_ASSIGN(const bool no_quarantine, is_file(std::string(kQuarantineDirectory)));
    if (no_quarantine) FORTNIGHT_TRY(make_quarantine());
    for (const std::string_view name : {kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      const std::string directory(name);
      FORTNIGHT_ASSIGN(const bool taken, is_file(directory));
      if (!taken) continue;
      FORTNIGHT_TRY(set_aside(directory));
      FORTNIGHT_TRY(files_->make_directory(directory));
    }
    for (const std::string_view name :
         {std::string_view(), kPartsDirectory, kRollupsDirectory, kRejectsDirectory}) {
      FORTNIGHT_TRY(clear_files_of(std::string(name)));
    }
    return std::move(moved_);
  }

 private:
  Result<void> make_quarantine() {
    const std::string quarantine(kQuarantineDirectory);
    const std::string between = quarantine + std::string(kTemporarySuffix);
    FORTNIGHT_ASSIGN(const bool taken, is_file(quarantine));
    if (taken) FORTNIGHT_TRY(files_->rename(quarantine, between));
    FORTNIGHT_TRY(files_->make_directory(quarantine));
    if (!taken) return {};
    moved_.push_back(quarantine);
    return files_->rename(between, quarantine + "/" + quarantine);
  }

  Result<void> clear_files_of(const std::string& directory) {
    FORTNIGHT_ASSIGN(const std::vector<std::string> names, directories_in(directory));
    const std::string prefix = directory.empty() ? "" : directory + "/";
    for (const std::string& name : names) {
      const std::string path = prefix + name;
      if (FileName::parse(path) || path == kJournalMarkFile) FORTNIGHT_TRY(set_aside(path));
    }
    return {};
  }

  Result<void> set_aside(const std::string& path) {
    FORTNIGHT_TRY(make_quarantine());
    storage::set_aside(*files_, path);
    moved_.push_back(path);
    return {};
  }

  [[nodiscard]] Result<bool> is_file(const std::string& name) const {
    FORTNIGHT_ASSIGN(const RootDirectory::Parent parent, root_.parent_of(name));
    struct stat info {};
    const int found = ::fstatat(parent.directory, parent.name.c_str(), &info, AT_SYMLINK_NOFOLLOW);
    return found == 0 && S_ISREG(info.st_mode);
  }

  [[nodiscard]] Result<std::vector<std::string>> directories_in(
      const std::string& directory) const {
    auto opened = root_.open(directory, O_RDONLY | O_DIRECTORY);
    if (!opened && opened.error().code == ErrorCode::not_found) return std::vector<std::string>();
    FORTNIGHT_ASSIGN(Descriptor fd, std::move(opened));
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(fd.get()), ::closedir);
    if (!stream) return system_error(errno, directory);
    const int directory_fd = fd.release();
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(stream.get())) {
      struct stat info {};
      const int found = ::fstatat(directory_fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW);
      if (found == 0 && S_ISDIR(info.st_mode)) names.emplace_back(entry->d_name);
    }
    return names;
  }

  const RootDirectory root_;
  const std::unique_ptr<FileSystem> files_;
  std::vector<std::string> moved_;
};

}  // namespace

Result<std::vector<std::string>> clear_obstacles(const std::string& root) {
  return Obstacles(root).clear();
}

}  // namespace fortnight::storage
