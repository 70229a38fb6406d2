// Backups of a store that is in use. A backup is a data directory of its own: the files of one
// generation, a mark of the journal that has nothing to replay, and, written last, the manifest.
// docs/operations.md describes what an operator sees of it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "storage/budget.h"
#include "storage/files/backup_target.h"

namespace fortnight::storage {

// The file of a backup that says what it is: a JSON object. A directory without it and with other
// files is no target.
inline constexpr std::string_view kBackupFile = "backup";

struct BackupOrder {
  TimeNs now = 0;
  // Called before the manifest is written, to copy what isn't the store's. May be empty.
  std::function<Result<void>(FileSystem& target)> copy_others = {};
};

struct Backup {
  TimeNs at = 0;
  std::uint64_t generation = 0;    // of its manifest
  std::uint64_t calls = 0;         // taken in since the store was created
  std::uint64_t files = 0;         // of calls, counts and rejected lines
  std::uint64_t bytes = 0;         // of these files
  std::uint64_t linked = 0;        // files that are new names of the store's
  std::uint64_t copied = 0;        // files that were copied
  std::uint64_t copied_bytes = 0;  // of these
  [[nodiscard]] std::uint64_t unchanged() const { return files - linked - copied; }
};

class BackupSource {
 public:
  BackupSource() = default;
  BackupSource(const BackupSource&) = delete;
  BackupSource& operator=(const BackupSource&) = delete;
  virtual ~BackupSource() = default;

  // Writes what was appended before the call, durably. Files that the target has from an earlier
  // backup are kept. Until the new manifest is there, the earlier backup stays valid; after an
  // error or a crash it still is. Appends, queries and upkeep go on meanwhile; files that upkeep
  // replaces stay on disk until the end. Any thread. ErrorCode::limit: another backup runs.
  // ErrorCode::no_space: the target, or the store, is full. ErrorCode::invalid: the target has a
  // backup of other files with the same names.
  virtual Result<Backup> back_up(BackupTarget& target, const BackupOrder& order,
                                 const Budget& budget) = 0;
};

}  // namespace fortnight::storage
