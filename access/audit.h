// The audit: which readers were shown the contents of which calls, and what admins did.
//
// Files `audit/DATE-NUMBER` of the data directory, one or more for each UTC day, hold JSON lines in
// the order of their times, unless the clock is set back by more than an hour between two starts:
//
//   {"ts":"…","request":"…","reader":"token ci","peer":"127.0.0.1","verb":"EXPORT",
//    "filters":{"account":["4be1…"]},"bytes":16211,"refs":["g1f-8kb4","g1f-8kb5"]}
//
// A long answer has several lines, with the same `request`. Values of filters are keyed hashes: the
// key is in the file `audit-key`, so that only those who can read it can test a guess. A partial
// last line, which a crash may leave, is ignored.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/keyed_hash.h"
#include "base/mutex.h"
#include "base/time.h"
#include "storage/files/file_system.h"

namespace fortnight::access {

inline constexpr std::string_view kAuditDirectory = "audit";
inline constexpr std::string_view kAuditKeyFile = "audit-key";

struct AuditOptions {
  std::uint32_t days = 400;  // files of older UTC days are removed,
  // once the clock has had the same day for this long: it may have jumped ahead
  std::chrono::milliseconds clock_hold = std::chrono::hours(1);
  std::uint64_t file_bytes = 16U << 20;  // a file that has more is continued in the next
};

// Thread-safe.
class Audit {
 public:
  // Reads the key; creates it if there is none. A damaged one goes to the quarantine, and earlier
  // hashes can't be compared any more. `files` must outlive it.
  static Result<std::unique_ptr<Audit>> open(storage::FileSystem& files, AuditOptions options,
                                             TimeNs now);

  // Appends a line: an object whose first member, `ts`, is written here. `members` are the others,
  // without braces. The line is with the operating system when this returns, so it survives the
  // process; keep() makes it survive the host. After an error nothing is known of the line.
  Result<void> append(std::string_view members, TimeNs now);
  // Makes lines durable and removes files that are too old. Call it every second or so, on a thread
  // that may wait for the disk.
  Result<void> keep(TimeNs now);

  // A number for the member `request`. Not used twice, except after the clock was set back.
  [[nodiscard]] std::string next_request(TimeNs now);
  // The keyed hash of a value: BLAKE2b, 16 hexadecimal digits. Values of different names differ.
  [[nodiscard]] std::string hash(std::string_view name, std::string_view value) const;

  struct Line {
    TimeNs ts = 0;
    std::string_view json;  // valid during the visit
  };
  // Returns false to end the reading, true to go on.
  using Visit = std::function<Result<bool>(const Line&)>;
  // Visits the lines of [from, to), newest first. ErrorCode::corrupt: a line isn't an audit's.
  [[nodiscard]] Result<void> read(TimeNs from, TimeNs to, const Visit& visit) const;

  // Lines since the start, and those that couldn't be written.
  [[nodiscard]] std::uint64_t lines() const;
  [[nodiscard]] std::uint64_t failures() const;

 private:
  struct Name {
    Day day = 0;
    std::uint64_t number = 0;
    [[nodiscard]] std::string path() const;
  };

  Audit(storage::FileSystem& files, AuditOptions options, const KeyedHash& hash)
      : files_(files), options_(options), hash_(hash) {}
  // Ascending.
  [[nodiscard]] Result<std::vector<Name>> names() const;
  Result<void> prepare_file(Day day) REQUIRES(mutex_);
  Result<void> write(std::string_view line, Day day) REQUIRES(mutex_);
  Result<void> sync() REQUIRES(mutex_);
  Result<void> remove_old(Day today) REQUIRES(mutex_);

  storage::FileSystem& files_;
  const AuditOptions options_;
  const KeyedHash hash_;
  mutable Mutex mutex_;
  std::uint64_t next_file_ GUARDED_BY(mutex_) = 1;
  std::unique_ptr<storage::WritableFile> file_ GUARDED_BY(mutex_);
  Day day_ GUARDED_BY(mutex_) = 0;             // of file_
  std::uint64_t size_ GUARDED_BY(mutex_) = 0;  // of file_
  bool unsynced_ GUARDED_BY(mutex_) = false;
  std::optional<Day> today_ GUARDED_BY(mutex_);
  std::chrono::steady_clock::time_point since_ GUARDED_BY(mutex_);  // of today_
  bool cleaned_ GUARDED_BY(mutex_) = false;                         // today
  TimeNs last_ GUARDED_BY(mutex_) = 0;                              // the time of the last line
  std::uint64_t requests_ GUARDED_BY(mutex_) = 0;
  std::uint64_t lines_ GUARDED_BY(mutex_) = 0;
  std::uint64_t failures_ GUARDED_BY(mutex_) = 0;
};

}  // namespace fortnight::access
