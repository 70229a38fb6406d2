// The journal's mark: up to where the journal has been acknowledged, kept outside of the journal's
// own files, so that a start can tell whether one of them is missing, cut or out of date.
//
//   slot 0  durable: written with the file itself, whenever the journal begins a file
//   slot 1  written after each sync, and not synced: it outlives the process, not a power cut
//
// The mark never claims more than what was durable when it was written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/error.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// What the journal must hold.
struct JournalReach {
  std::uint64_t file = 0;          // number of a file that must be there; 0: none
  std::uint64_t lsn = 0;           // records up to this one were durable
  bool unknown = false;            // what says so is lost: there may have been more
  std::uint64_t acknowledged = 0;  // losses up to this record are not reported again
};

// Nothing where there is no mark, or none that can be read: it proves nothing then.
std::optional<JournalReach> read_journal_mark(FileSystem& files);

// Writes the mark. Not thread-safe. `files` must outlive it.
class JournalMark {
 public:
  explicit JournalMark(FileSystem& files);

  // Whether there is one that can be read.
  [[nodiscard]] bool exists() const { return durable_.has_value(); }
  // The file that it asks for; 0: none.
  [[nodiscard]] std::uint64_t file() const { return durable_ ? durable_->file : 0; }
  // Replaces the mark; durable once it returns.
  Result<void> keep(const JournalReach& reach);
  // Notes that more is durable, without a sync. A failure is no error: the mark then proves less.
  void note(const JournalReach& reach);

 private:
  FileSystem& files_;
  std::optional<JournalReach> durable_;  // as of the last keep(), or as found
  std::unique_ptr<WritableFile> file_;   // null: nothing is noted until the next keep()
};

}  // namespace fortnight::storage
