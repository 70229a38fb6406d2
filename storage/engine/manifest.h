// The manifest: what of the store's files is live, and up to where the journal is covered by them.
//
// Each change of what is live is one new generation, written whole to a file of its own. Generation
// G's files stay until G+1 is durable, so that while G is the newest, G-1 is whole too: a start
// takes the newest generation that can be read.
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
#include "storage/files/file_names.h"
#include "storage/part/part.h"

namespace fortnight::storage {

struct PartEntry {
  FileName name;  // a part or a segment
  PartSummary summary;
};

struct RollupEntry {
  FileName name;  // a rollup or a late rollup
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
  std::uint64_t checksum = 0;  // of the footer, as PartSummary's
};

struct RejectsEntry {
  std::uint64_t number = 0;
  std::uint64_t rejects = 0;
  std::uint64_t bytes = 0;
  TimeNs newest = 0;  // of its rejects
};

// Counted since the store was made.
struct Counters {
  std::uint64_t calls = 0;    // taken in, late ones included
  std::uint64_t late = 0;     // of them: counted, and not kept
  std::uint64_t skipped = 0;  // lines that are no calls, by their format
  std::map<std::string, std::uint64_t, std::less<>> rejects;  // by reason
};

// What it knows of the journal, as of its publication.
struct JournalEntry {
  std::uint64_t file = 0;        // number of the file that was written to; 0: none
  std::uint64_t synced_lsn = 0;  // records up to here were durable
  bool has_mark = false;         // a journal's mark was beside it
  // Losses of records up to here were acknowledged by an operator, and aren't reported any more.
  std::uint64_t acknowledged_lsn = 0;
  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

struct Manifest {
  std::uint64_t generation = 0;
  std::uint64_t next_file = 1;    // above the number of every file but journals and manifests
  std::uint64_t next_seq = 1;     // behind the calls up to `covered_lsn`
  std::uint64_t covered_lsn = 0;  // what the journal says up to here is in the files below
  TimeNs clock = 0;               // the newest time that retention trusted
  // Calls of days before this one aren't kept; nor are those of `dropped`.
  Day first_kept = 0;
  std::set<Day> dropped;
  std::set<Day> sealed;
  std::vector<PartEntry> parts;
  std::vector<RollupEntry> rollups;
  std::vector<RejectsEntry> rejects;
  // Files that were live and can't be read: their days' answers are incomplete. A journal file of
  // which records were lost bears the last day that their calls may have been of.
  // A manifest stands for all files that it may have named: nobody knows them, only the last day
  // that their calls may have been of.
  std::vector<FileName> lost;
  std::map<FileName, std::uint64_t> lost_checksums;  // of lost files, where they are known
  JournalEntry journal;
  Counters counters;                             // as of covered_lsn
  std::map<std::string, std::string> positions;  // as of covered_lsn

  [[nodiscard]] bool keeps(Day day) const { return day >= first_kept && !dropped.contains(day); }
  // The first day from which on all are kept.
  [[nodiscard]] Day all_kept_from() const {
    return dropped.empty() ? first_kept : std::max(first_kept, *dropped.rbegin() + 1);
  }
  // Of every file that it names, but the lost ones; ascending.
  [[nodiscard]] std::vector<FileName> names() const;
};

std::string encode_manifest(const Manifest& manifest);
// ErrorCode::corrupt, or ErrorCode::unsupported for a newer version's.
Result<Manifest> decode_manifest(std::string_view bytes);

std::string manifest_path(std::uint64_t generation);

}  // namespace fortnight::storage
