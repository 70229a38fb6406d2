#include "daemon/backups.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>
#include <system_error>

#include "access/access_file.h"
#include "access/audit.h"
#include "access/limiter.h"
#include "daemon/data_directory.h"
#include "daemon/worker_pool.h"
#include "storage/files/copy.h"
#include "storage/files/file_names.h"

namespace fortnight::daemon {
namespace {

namespace fs = std::filesystem;

Error refused(const std::string& directory, const std::string& why) {
  return {ErrorCode::invalid, directory + ": " + why};
}

// Files of the data directory beside the store's.
constexpr std::array<std::string_view, 4> kOthers = {access::kAccessFile, access::kTriesFile,
                                                     access::kAuditKeyFile, kHashKeyFile};
// Where a backup would be in the way of the data directory's own files.
constexpr std::array<std::string_view, 5> kTaken = {
    storage::kPartsDirectory, storage::kRollupsDirectory, storage::kRejectsDirectory,
    storage::kQuarantineDirectory, access::kAuditDirectory};

// Whether `directory` is the data directory, or one that it needs for itself.
bool is_taken(const fs::path& directory, const fs::path& data_directory) {
  std::error_code failed;
  const fs::path relative = fs::weakly_canonical(directory, failed)
                                .lexically_relative(fs::weakly_canonical(data_directory, failed));
  if (relative == ".") return true;
  const std::string first = relative.empty() ? "" : relative.begin()->string();
  return std::find(kTaken.begin(), kTaken.end(), first) != kTaken.end();
}

// Whether the directory is empty or has a backup.
Result<void> check_content(const std::string& directory) {
  std::error_code failed;
  bool empty = true;
  for (fs::directory_iterator at(directory, failed), end; !failed && at != end;
       at.increment(failed)) {
    const std::string name = at->path().filename();
    if (name == storage::kBackupFile) return {};
    // Of a new file system; of a backup that ended right at its beginning.
    empty = empty &&
            (name == "lost+found" || name == storage::kLockFile ||
             name == std::string(storage::kBackupFile) + std::string(storage::kTemporarySuffix));
  }
  if (failed) return io_error(directory + ": " + failed.message());
  if (empty) return {};
  return refused(directory, "it isn't empty, and has no backup; take another directory");
}

Result<void> mirror_audit(storage::FileSystem& from, storage::FileSystem& to,
                          const storage::CopyCheck& check) {
  const std::string directory(access::kAuditDirectory);
  const auto files = from.list(directory);
  if (!files && files.error().code != ErrorCode::not_found) return files.error();
  FORTNIGHT_TRY(to.make_directory(directory));
  std::set<std::string> names;
  if (files) {
    for (const storage::FileEntry& file : *files) names.insert(file.name);
  }
  for (const std::string& name : names) {
    FORTNIGHT_TRY(storage::mirror_file(from, to, directory + '/' + name, check));
  }
  FORTNIGHT_ASSIGN(const std::vector<storage::FileEntry> copies, to.list(directory));
  for (const storage::FileEntry& copy : copies) {
    if (!names.contains(copy.name)) FORTNIGHT_TRY(to.remove(directory + '/' + copy.name));
  }
  return to.sync_directory(directory);
}

}  // namespace

Result<storage::Backup> Backups::back_up(const std::string& directory,
                                         const storage::Budget& budget) const {
  if (!fs::path(directory).is_absolute()) return refused(directory, "it isn't an absolute path");
  if (is_taken(directory, data_directory_)) {
    return refused(directory, "the daemon needs it for itself; take another directory");
  }
  FORTNIGHT_TRY(prepare_directory(directory, "the directory"));
  FORTNIGHT_TRY(check_content(directory));
  const auto locked = storage::lock_directory(directory);
  if (!locked && locked.error().code == ErrorCode::locked) {
    return Error{ErrorCode::limit, directory + ": a daemon or another backup uses it"};
  }
  if (!locked) return locked.error();
  WorkerPool::step_back();
  const auto target = storage::posix_backup_target(data_directory_, directory);
  const std::string mark(storage::kBackupFile);
  if (!target->files().open(mark)) {
    FORTNIGHT_TRY(storage::write_atomically(target->files(), mark, "{\"version\":1}\n"));
  }
  storage::BackupOrder order{.now = clock_.now()};
  order.copy_others = [&](storage::FileSystem& to) -> Result<void> {
    // Other file systems over the directory may still have a replaced file open.
    const auto from = storage::posix_file_system(data_directory_);
    const storage::CopyCheck check = [&budget] { return budget.check(); };
    for (const std::string_view path : kOthers) {
      FORTNIGHT_TRY(storage::mirror_file(*from, to, std::string(path), check));
    }
    return mirror_audit(*from, to, check);
  };
  auto backup = store_.back_up(*target, order, budget);
  if (!backup && backup.error().code == ErrorCode::no_space) {
    return backup.error().within(directory);
  }
  return backup;
}

}  // namespace fortnight::daemon
