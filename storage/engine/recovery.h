// The start: which manifest to believe, which files are leftovers, and what the journal adds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/engine.h"
#include "storage/engine/catalog.h"
#include "storage/engine/flush.h"
#include "storage/journal/replay.h"

namespace fortnight::storage {

// What the start met with, for status().
struct RecoveryReport {
  std::uint64_t damaged_manifests = 0;
  bool rebuilt = false;  // no manifest could be read: the parts' own footers were believed
  std::uint64_t damaged_files = 0;
  std::uint64_t removed_files = 0;  // leftovers of ours
  std::uint64_t replayed_records = 0;
  std::uint64_t lost_records = 0;
  std::uint64_t discarded_records = 0;
  std::uint64_t journal_read_errors = 0;
};

// What of it somebody should look at, a line each.
std::vector<std::string> warnings_of(const RecoveryReport& report);

struct Recovered {
  std::unique_ptr<Catalog> catalog;
  JournalReplay journal;
  Head head;            // what was replayed
  FrozenHead replayed;  // its numbers, counters, positions and rejects (its batches are in `head`)
  RejectCounts reject_counts;     // of the rejects that are in files
  std::optional<Manifest> first;  // to be published at once: there was none
  RecoveryReport report;
};

// Makes the directories, loads the newest manifest that is whole, removes what it and its
// predecessor don't name (names of ours alone), opens the files and replays the journal.
Result<Recovered> recover(FileSystem& files, const EngineOptions& options,
                          const std::shared_ptr<BlockCache>& cache, TimeNs now);

}  // namespace fortnight::storage
