// The journal: what was appended and is not yet in parts.
//
// Its files have a fixed size. They are preallocated with zeros and recycled, so that syncing a
// record changes no metadata. Group commit: append() writes, sync() makes everything durable.
//
// After a failed write or sync, nothing more is written to that file, because the kernel may have
// dropped its unwritten pages. If the disk was full, the unsynced records are written again to the
// next file. That file's header has its first LSN; records of the old file from there on are void.
// Any other failure is final.
//
// A mark beside the files says which file is written to and up to where it is durable (see mark.h).
//
// Threads: all functions may be called from any thread; calls are serialised.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/mutex.h"
#include "storage/files/file_system.h"
#include "storage/journal/format.h"
#include "storage/journal/mark.h"

namespace fortnight::storage {

// A journal file and what is known of it.
struct JournalFile {
  std::uint64_t number = 0;
  std::uint64_t first_lsn = 0;
  std::uint64_t bytes = 0;
  bool damaged = false;  // set aside instead of recycled once it isn't needed
  bool failed = false;   // must never be synced again; removed instead of recycled
};

class Journal {
 public:
  // Continues after `files`, oldest first (what replay found), with a new file of a higher number.
  // `next_lsn` is the LSN of the next record. No file is created before it is needed.
  Journal(FileSystem& file_system, std::uint64_t file_bytes, std::vector<JournalFile> files,
          std::uint64_t next_number, std::uint64_t next_lsn);

  // Writes a record and returns its LSN. ErrorCode::no_space: nothing was taken. ErrorCode::limit:
  // the payload is larger than kMaxJournalRecord.
  Result<std::uint64_t> append(JournalBytes payload);
  // Makes all appended records durable. ErrorCode::no_space: not yet; try again later.
  Result<void> sync();

  // Records up to `lsn` are no longer needed. If a file can't be removed now, the next start
  // removes it.
  void release(std::uint64_t lsn);
  // From now on the files that exist are removed rather than recycled, and nothing more is written
  // to them: their records have calls that were erased.
  void forget();
  // Whether any of the files remains that existed at the last forget(). Tries again what failed.
  [[nodiscard]] bool holds_forgotten();
  // Creates the next file in advance, if there is none and the current one is more than half full.
  Result<void> prepare();

  // No record or file is needed any more. Nothing may be appended afterwards.
  Result<void> end();
  // Creates the mark if there is none.
  Result<void> make_mark();
  struct State {
    std::uint64_t file = 0;  // the number of the file that is written to; 0: none
    std::uint64_t synced_lsn = 0;
    bool has_mark = false;
  };
  [[nodiscard]] State state() const;

  // The failure that ended the journal for good, if there was one.
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

  Result<void> write(JournalBytes& record) REQUIRES(mutex_);
  Result<void> sync_locked() REQUIRES(mutex_);
  // Opens a file with room for the unsynced records and `bytes` more, and writes the former to it.
  Result<void> next_file(std::uint64_t bytes) REQUIRES(mutex_);
  Result<Current> make_file(std::uint64_t number, std::uint64_t first_lsn, std::uint64_t bytes)
      REQUIRES(mutex_);
  // Abandons the current file after a failure; returns the error for the caller.
  Error failed(Error error) REQUIRES(mutex_);
  void retire(const JournalFile& file) REQUIRES(mutex_);
  std::optional<Spare> take_spare(std::uint64_t bytes) REQUIRES(mutex_);
  void end_forgotten() REQUIRES(mutex_);
  void remove_forgotten(const std::string& path) REQUIRES(mutex_);

  FileSystem& files_;
  const std::uint64_t file_bytes_;

  mutable Mutex mutex_;
  JournalMark mark_ GUARDED_BY(mutex_);
  std::optional<Error> fatal_ GUARDED_BY(mutex_);
  // Oldest first; the last is the current file, if there is one.
  std::deque<JournalFile> live_ GUARDED_BY(mutex_);
  std::vector<Spare> spares_ GUARDED_BY(mutex_);
  std::optional<Current> current_ GUARDED_BY(mutex_);
  std::vector<JournalBytes> unsynced_ GUARDED_BY(mutex_);  // records of the current file
  std::uint64_t unsynced_bytes_ GUARDED_BY(mutex_) = 0;
  bool busy_ GUARDED_BY(mutex_) = false;                   // many bytes came before the last sync
  bool slow_disk_ GUARDED_BY(mutex_) = false;              // as measured by the last large sync
  std::uint64_t forgotten_below_ GUARDED_BY(mutex_) = 0;   // see forget(): by their numbers
  std::vector<std::string> unremoved_ GUARDED_BY(mutex_);  // files of forget() that must still go
  std::uint64_t next_number_ GUARDED_BY(mutex_);
  std::uint64_t next_lsn_ GUARDED_BY(mutex_);
  std::uint64_t synced_lsn_ GUARDED_BY(mutex_);
};

}  // namespace fortnight::storage
