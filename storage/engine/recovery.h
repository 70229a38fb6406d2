// The start: which manifest to use, which files are leftovers, and what the journal adds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/engine.h"
#include "storage/engine/catalog.h"
#include "storage/engine/flush.h"
#include "storage/engine/rereading.h"
#include "storage/journal/mark.h"
#include "storage/journal/replay.h"

namespace fortnight::storage {

// What the start found, for status().
struct RecoveryReport {
  std::uint64_t damaged_manifests = 0;
  bool rebuilt = false;  // no manifest was readable: the parts' own footers were used
  std::vector<std::string> damaged_files;  // by path; includes missing files
  bool no_journal = false;                 // a manifest of an older version, and no journal
  std::vector<std::string> known_losses;   // by path; losses that an earlier start found
  // Files that no manifest names.
  std::uint64_t taken_files = 0;
  std::uint64_t taken_calls = 0;
  std::uint64_t set_aside_files = 0;
  std::uint64_t removed_files = 0;  // leftovers with our names
  std::uint64_t replayed_records = 0;
  std::uint64_t lost_records = 0;
  std::vector<std::string> lost_journals;  // by path; files whose records are lost, or may be
  std::uint64_t discarded_records = 0;
  std::uint64_t journal_read_errors = 0;
};

// Findings that somebody should look at, one line each.
std::vector<std::string> warnings_of(const RecoveryReport& report);

struct Recovered {
  std::unique_ptr<Catalog> catalog;
  JournalReplay journal;
  Head head;            // the replayed calls
  FrozenHead replayed;  // its numbers, counters, positions and rejects (its batches are in `head`)
  RejectCounts reject_counts;  // of the rejects in files
  Rereading rereading;
  // What must be done before anything is appended, so that the next start doesn't repeat it.
  bool must_publish = false;
  bool must_flush = false;  // the replayed calls are only correct beside files that were taken in
  RecoveryReport report;
};

// What the journal must contain, by its mark and by the manifest. If the manifest knows of a mark
// that is lost, more records may have been durable.
JournalReach reach_of(const JournalEntry& known, const std::optional<JournalReach>& mark);

// Creates the directories, loads the newest whole manifest, opens the files and replays the
// journal. Files with our names that neither the manifest nor its predecessor names are removed if
// they can only be leftovers; after a loss they are taken in or set aside (stray_files.h).
Result<Recovered> recover(FileSystem& files, const EngineOptions& options,
                          const std::shared_ptr<BlockCache>& cache, TimeNs now);

}  // namespace fortnight::storage
