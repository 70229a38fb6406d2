// Backups of the data directory, as BACKUP asks for them: docs/operations.md describes them.
#pragma once

#include <string>

#include "base/error.h"
#include "daemon/clock.h"
#include "storage/backup.h"

namespace fortnight::daemon {

// Thread-safe. What it is made of must outlive it.
class Backups {
 public:
  Backups(std::string data_directory, storage::BackupSource& store, const Clock& clock)
      : data_directory_(std::move(data_directory)), store_(store), clock_(clock) {}

  // `directory`: an absolute path. It is made if it is missing; if it exists, it must be empty or
  // have a backup. ErrorCode::invalid: it isn't such a directory.
  [[nodiscard]] Result<storage::Backup> back_up(const std::string& directory,
                                                const storage::Budget& budget) const;

 private:
  const std::string data_directory_;
  storage::BackupSource& store_;
  const Clock& clock_;
};

}  // namespace fortnight::daemon
