// The journal's mark: up to where the journal has been acknowledged. It is stored outside the
// journal's own files, so that a start can detect that one of them is missing, cut or out of date.
//
//   slot 0  durable: written with the file itself, whenever the journal begins a file
//   slot 1  written after each sync, and not synced: it survives the process, not a power cut
//
// The mark never claims more than what was durable when it was written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/error.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// What the journal must contain.
struct JournalReach {
  std::uint64_t file = 0;          // the number of a file that must exist; 0: none
  std::uint64_t lsn = 0;           // records up to this one were durable
  bool unknown = false;            // the mark is lost: more records may have been durable
  std::uint64_t acknowledged = 0;  // losses up to this record are not reported again
};

// Nothing if there is no readable mark: then it proves nothing.
std::optional<JournalReach> read_journal_mark(FileSystem& files);

// Writes the mark. Not thread-safe. `files` must outlive it.
class JournalMark {
 public:
  explicit JournalMark(FileSystem& files);

  // Whether a readable mark exists.
  [[nodiscard]] bool exists() const { return durable_.has_value(); }
  // The file that it names; 0: none.
  [[nodiscard]] std::uint64_t file() const { return durable_ ? durable_->file : 0; }
  // Replaces the mark; durable on return.
  Result<void> keep(const JournalReach& reach);
  // Notes that more is durable, without a sync. Errors are ignored: the mark then proves less.
  void note(const JournalReach& reach);

 private:
  FileSystem& files_;
  std::optional<JournalReach> durable_;  // as of the last keep(), or as found
  std::unique_ptr<WritableFile> file_;   // null: nothing is noted until the next keep()
};

}  // namespace fortnight::storage
