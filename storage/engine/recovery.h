// The start: which manifest to believe, which files are leftovers, and what the journal adds.
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

// What the start met with, for status().
struct RecoveryReport {
  std::uint64_t damaged_manifests = 0;
  bool rebuilt = false;  // no manifest could be read: the parts' own footers were believed
  std::vector<std::string> damaged_files;  // and missing ones, by path
  bool no_journal = false;                 // a manifest of older versions, and no journal beside it
  std::vector<std::string> known_losses;   // by path; that a start before this one met with
  // Of those that no manifest names.
  std::uint64_t taken_files = 0;
  std::uint64_t taken_calls = 0;
  std::uint64_t set_aside_files = 0;
  std::uint64_t removed_files = 0;  // leftovers of ours
  std::uint64_t replayed_records = 0;
  std::uint64_t lost_records = 0;
  std::vector<std::string> lost_journals;  // by path; of which records are lost, or may be
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
  RejectCounts reject_counts;  // of the rejects that are in files
  Rereading rereading;
  // What has to be done before anything is appended, so that another start doesn't do it again.
  bool must_publish = false;
  bool must_flush = false;  // what was replayed is only right beside files that were taken in
  RecoveryReport report;
};

// What a journal must hold, by its mark and by what a manifest says of it. Where a mark is lost
// that a manifest speaks of, nobody knows how much more there was.
JournalReach reach_of(const JournalEntry& known, const std::optional<JournalReach>& mark);

// Makes the directories, loads the newest manifest that is whole, opens the files and replays the
// journal. What the manifest and its predecessor don't name (names of ours alone) is removed where
// it can only be left over; after a loss it is taken in or set aside (stray_files.h).
Result<Recovered> recover(FileSystem& files, const EngineOptions& options,
                          const std::shared_ptr<BlockCache>& cache, TimeNs now);

}  // namespace fortnight::storage
