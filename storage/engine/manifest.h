// The manifest: which of the store's files are live, and up to which record they cover the journal.
//
// Each change is a new generation, written whole to a file of its own. Generation G's files stay
// until G+1 is durable. So while G is the newest, G-1 is whole too. A start takes the newest
// readable generation.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "storage/erasure.h"
#include "storage/files/file_names.h"
#include "storage/part/part.h"

namespace fortnight::storage {

struct PartEntry {
  FileName name;  // a part or a segment
  PartSummary summary;
  ErasedRows erased = {};  // the file still has these calls
  // How often its calls were written again since they arrived, at most.
  std::uint8_t rewrites = 0;
};

struct RollupEntry {
  FileName name;  // a rollup or a late rollup
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  // of the footer, like PartSummary's
};

struct RejectsEntry {
  std::uint64_t number = 0;
  std::uint64_t rejects = 0;
  std::uint64_t bytes = 0;
  TimeNs newest = 0;           // of its rejects
  std::uint64_t checksum = 0;  // of all its bytes; 0: an older version wrote it
  [[nodiscard]] FileName name() const { return {FileKind::rejects, number, 0}; }
};

// Counted since the store was created.
struct Counters {
  std::uint64_t calls = 0;    // taken in, including late ones
  std::uint64_t late = 0;     // of them, those that were only counted
  std::uint64_t skipped = 0;  // lines that are not calls by the rules of their format
  std::map<std::string, std::uint64_t, std::less<>> rejects;  // by reason
};

// The state of the journal when the manifest was published.
struct JournalEntry {
  std::uint64_t file = 0;        // number of the file that was written to; 0: none
  std::uint64_t synced_lsn = 0;  // records up to here were durable
  bool has_mark = false;         // a journal mark existed
  // An operator has acknowledged losses of records up to here; they are no longer reported.
  std::uint64_t acknowledged_lsn = 0;
  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

struct Manifest {
  std::uint64_t generation = 0;
  std::uint64_t next_file = 1;    // above the number of every file except journals and manifests
  std::uint64_t next_seq = 1;     // above the numbers of the calls up to `covered_lsn`
  std::uint64_t covered_lsn = 0;  // the files below contain the journal's records up to this one
  TimeNs clock = 0;               // the newest time that retention trusted
  // Calls of days before this one aren't kept; nor are those of `dropped`.
  Day first_kept = 0;
  std::set<Day> dropped;
  std::set<Day> sealed;
  std::vector<PartEntry> parts;
  std::vector<RollupEntry> rollups;
  std::vector<RejectsEntry> rejects;
  // Files that were live and can't be read; answers over their days are incomplete. The entry of a
  // journal file with lost records has the last day that their calls may be of; that of a file of
  // rejects has the day of its newest reject. The entry of a manifest stands for all files that it
  // may have named, and has such a day too.
  std::vector<FileName> lost;
  std::map<FileName, std::uint64_t> lost_checksums;  // of lost files, if known
  JournalEntry journal;
  std::vector<Erasure> erasures;  // those of which files may still have something; by number
  // Files that had erased calls or lines and may still be on disk.
  std::set<FileName> erased_files;
  // The same for files of the quarantine, by path. Removed when erased calls have to be off disk.
  std::set<std::string> erased_paths;
  [[nodiscard]] bool has_erased() const;
  Counters counters;                             // as of covered_lsn
  std::map<std::string, std::string> positions;  // as of covered_lsn

  [[nodiscard]] bool keeps(Day day) const { return day >= first_kept && !dropped.contains(day); }
  // The first day from which all days are kept.
  [[nodiscard]] Day all_kept_from() const {
    return dropped.empty() ? first_kept : std::max(first_kept, *dropped.rbegin() + 1);
  }
  // The names of all its files except the lost ones, ascending.
  [[nodiscard]] std::vector<FileName> names() const;
};

std::string encode_manifest(const Manifest& manifest);
// ErrorCode::corrupt, or ErrorCode::unsupported if a newer version wrote it.
Result<Manifest> decode_manifest(std::string_view bytes);

std::string manifest_path(std::uint64_t generation);

}  // namespace fortnight::storage
