// The directory that a backup is written to.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// Not thread-safe.
class BackupTarget {
 public:
  BackupTarget() = default;
  BackupTarget(const BackupTarget&) = delete;
  BackupTarget& operator=(const BackupTarget&) = delete;
  virtual ~BackupTarget() = default;

  [[nodiscard]] virtual FileSystem& files() = 0;
  // Gives a file of the store a second name: the same path in the target, where nothing has it.
  // ErrorCode::unsupported: the file must be copied, because the file systems differ or have no
  // links.
  virtual Result<void> link(const std::string& path) = 0;
  // Whether copies take room from the store.
  [[nodiscard]] virtual bool shares_disk() = 0;
};

// Both directories must exist. Files that are copied are readable for their owner only.
std::unique_ptr<BackupTarget> posix_backup_target(const std::string& store,
                                                  const std::string& directory);

}  // namespace fortnight::storage
