// The journal: what was appended, before parts are made of it.
//
// Files of a fixed size, preallocated with zeros and recycled, so that syncing a record changes no
// metadata. Group commit: append() writes, sync() makes all of it durable.
//
// After a failed write or sync nothing more is written to that file: the kernel may have dropped
// what it holds. Where the disk was full, what was not yet synced is written anew to the next file,
// which says from which LSN on it counts; what the old one holds from there on is void. Any other
// failure is final.
//
// A mark beside the files says which one is written to and up to where it is durable (see mark.h).
//
// Threads: all functions may be called from any thread; a call waits for the one that runs.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "storage/files/file_system.h"
#include "storage/journal/format.h"
#include "storage/journal/mark.h"

namespace fortnight::storage {

// A journal file and what is known of it.
struct JournalFile {
  std::uint64_t number = 0;
  std::uint64_t first_lsn = 0;
  std::uint64_t bytes = 0;
  bool damaged = false;  // set aside, not recycled, once it isn't needed
  bool failed = false;   // to be synced; never again: removed, not recycled
};

class Journal {
 public:
  // Goes on behind `files`, oldest first (what replay found), with a new file whose number is above
  // theirs; `next_lsn` is the next record's. No file is made before it is needed.
  Journal(FileSystem& file_system, std::uint64_t file_bytes, std::vector<JournalFile> files,
          std::uint64_t next_number, std::uint64_t next_lsn);

  // Writes a record and returns its LSN. ErrorCode::no_space: nothing was taken. ErrorCode::limit:
  // the payload is larger than kMaxJournalRecord.
  Result<std::uint64_t> append(JournalBytes payload);
  // Makes all that was appended durable. ErrorCode::no_space: it isn't yet; try again later.
  Result<void> sync();

  // Says that no record up to `lsn` is needed any more. A file that can't be removed now is found
  // again by the next start.
  void release(std::uint64_t lsn);
  // Makes the next file ready ahead of its time, where none is and the current one is more than
  // half full.
  Result<void> prepare();

  // Says that no record is needed any more, nor a file; nothing is appended afterwards.
  Result<void> end();
  // Makes the mark where there is none.
  Result<void> make_mark();
  struct State {
    std::uint64_t file = 0;  // the number of the file that is written to; 0: none
    std::uint64_t synced_lsn = 0;
    bool has_mark = false;
  };
  [[nodiscard]] State state() const;

  // The failure that ended it for good, if there was one.
  [[nodiscard]] std::optional<Error> failure() const;
  [[nodiscard]] std::uint64_t synced_lsn() const;
  // Bytes on disk.
  [[nodiscard]] std::uint64_t bytes() const;

 private:
  struct Current {
    std::unique_ptr<WritableFile> file;
    std::uint64_t number = 0;
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;
  };

  // A file of zeros, or of void records, that isn't live.
  struct Spare {
    std::string path;
    std::uint64_t bytes = 0;
  };

  // All of them with the mutex held.
  Result<void> write(JournalBytes& record);
  Result<void> sync_locked();
  // Opens a file that has room for `bytes` besides what isn't synced yet, and writes that to it.
  Result<void> next_file(std::uint64_t bytes);
  Result<Current> make_file(std::uint64_t number, std::uint64_t first_lsn, std::uint64_t bytes);
  // Leaves the current file for good, after a failure; returns what that means for the caller.
  Error failed(Error error);
  void retire(const JournalFile& file);
  std::optional<Spare> take_spare(std::uint64_t bytes);

  FileSystem& files_;
  const std::uint64_t file_bytes_;

  mutable std::mutex mutex_;
  JournalMark mark_;
  std::optional<Error> fatal_;
  std::deque<JournalFile> live_;  // oldest first; the last one is the current file, if there is one
  std::vector<Spare> spares_;
  std::optional<Current> current_;
  std::vector<JournalBytes> unsynced_;  // records of the current file
  std::uint64_t unsynced_bytes_ = 0;
  bool busy_ = false;       // much came before the last sync
  bool slow_disk_ = false;  // as of the last large sync
  std::uint64_t next_number_;
  std::uint64_t next_lsn_;
  std::uint64_t synced_lsn_;
};

}  // namespace fortnight::storage
