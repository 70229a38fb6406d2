// Reading the journal back at start.
//
// The last records of a journal may be torn or missing: they were never synced, and replay ends
// before them in silence. A record that is missing although a later one, the mark or the manifest
// says that it was durable is damage: it is counted, and replay goes on behind it.
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
  std::vector<JournalFile> files;       // all that are there, oldest first
  std::uint64_t next_number = 1;        // above every file's
  std::uint64_t next_lsn = 1;           // behind every record's
  std::uint64_t records = 0;            // visited
  std::uint64_t lost_records = 0;       // durable once, and damaged or missing now
  std::uint64_t discarded_records = 0;  // readable, but behind a torn one: never acknowledged
  std::uint64_t read_errors = 0;        // places that couldn't be read
  // Numbers of the files that the lost records were in, missing ones included.
  std::set<std::uint64_t> lost_from;
};

// An error that isn't ErrorCode::corrupt ends the replay; a corrupt payload counts as lost.
using RecordVisitor = std::function<Result<void>(std::uint64_t lsn, std::string_view payload)>;

// Visits each record after `covered_lsn` (nothing: wherever the journal begins), in order; what
// `reach` names and isn't found is lost. Fails only where files can't be read at all, where they
// are a newer version's, or where the visitor fails.
Result<JournalReplay> replay_journal(FileSystem& files, std::optional<std::uint64_t> covered_lsn,
                                     const JournalReach& reach, const RecordVisitor& visit);

}  // namespace fortnight::storage
