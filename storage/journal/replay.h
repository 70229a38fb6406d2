// Reads the journal back at start.
//
// The last records of a journal may be torn or missing: they were never synced, and replay ends
// before them without a report. If a later record, the mark or the manifest says that a missing
// record was durable, that is damage: it is counted, and replay continues after it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "storage/files/file_system.h"
#include "storage/journal/journal.h"
#include "storage/journal/mark.h"

namespace fortnight::storage {

struct JournalReplay {
  std::vector<JournalFile> files;       // all existing files, oldest first
  std::uint64_t next_number = 1;        // above the number of every file
  std::uint64_t next_lsn = 1;           // after the LSN of every record
  std::uint64_t records = 0;            // visited
  std::uint64_t lost_records = 0;       // were durable, and are now damaged or missing
  std::uint64_t discarded_records = 0;  // readable, but after a torn one: never acknowledged
  std::uint64_t read_errors = 0;        // places that couldn't be read
  // Numbers of the files that had the lost records, including missing files.
  std::set<std::uint64_t> lost_from;
};

// An error other than ErrorCode::corrupt ends the replay; a corrupt payload counts as lost.
using RecordVisitor = std::function<Result<void>(std::uint64_t lsn, std::string_view payload)>;

// Visits each record after `covered_lsn` in order; if that is absent, from the journal's start.
// Records that `reach` claims and that are missing count as lost. Fails only if files can't be read
// at all, if a newer version wrote them, or if the visitor fails.
Result<JournalReplay> replay_journal(FileSystem& files, std::optional<std::uint64_t> covered_lsn,
                                     const JournalReach& reach, const RecordVisitor& visit);

}  // namespace fortnight::storage
