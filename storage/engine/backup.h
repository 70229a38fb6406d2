// Writes a generation of the store to a backup: see storage/backup.h.
//
//   files of the generation, linked or copied, synced
//   what isn't the store's (BackupOrder::copy_others)
//   two manifests, of equal content: the second is there if the first is damaged
//   removal of what only the earlier backup had
//
// The manifests are those of a store that was closed: its journal has nothing to replay. Their
// generations are above those of the earlier backup. So a crash between any two steps leaves either
// the earlier backup, beside files that no manifest names, or the new one.
#pragma once

#include "storage/backup.h"
#include "storage/engine/manifest.h"

namespace fortnight::storage {

// `manifest`: of a version of the store whose files stay on disk meanwhile. `reserve`: bytes that
// copies must leave free on the store's disk.
Result<Backup> write_backup(FileSystem& store, BackupTarget& target, Manifest manifest,
                            const BackupOrder& order, std::uint64_t reserve, const Budget& budget);

}  // namespace fortnight::storage
