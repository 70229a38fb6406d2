// The embedded engine: the store on one machine's disk. It combines journal, head, parts, segments,
// rollups and retention.
//
// It has no clocks, sockets or threads: the time, files and an executor for the encoding of blocks
// are handed in. The owner provides:
//  - one appending thread: append(), sync(), positions();
//  - one flushing thread, which calls flush_if_due() repeatedly;
//  - one upkeep thread, which calls upkeep() repeatedly. Each call is a bounded step: a slice of a
//    merge, or a dropped day. A slice of a merge runs beside a flush and doesn't delay appends;
//  - any number of reading threads, which may erase and back up too.
// flush() and drop_day() may be called from any thread. No step blocks appending or reading for
// longer than a pointer swap (and one fdatasync). One thread may do everything in turns.
//
// What is acknowledged (appended, then synced) survives a crash at any point, exactly once;
// docs/architecture.md explains why.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/backup.h"
#include "storage/erasure.h"
#include "storage/executor.h"
#include "storage/files/file_system.h"
#include "storage/key_caps.h"
#include "storage/store.h"

namespace fortnight::storage {

struct EngineOptions {
  // Whole calls of day D are dropped at D + retention_days + 1, 00:00 UTC.
  int retention_days = 14;
  // Bytes of parts and segments. Past them the oldest day is dropped, but never the newest. 0: no
  // bound.
  std::uint64_t max_bytes = 0;
  // The head is flushed to parts once it takes this much memory, or has held calls for this long.
  std::uint64_t flush_bytes = 32U << 20;
  TimeNs flush_interval = 300 * kNsPerSecond;
  // Memory of the head at which append() returns ErrorCode::limit until a flush has made room.
  std::uint64_t max_head_bytes = 96U << 20;
  std::uint64_t cache_bytes = 64U << 20;
  std::uint64_t journal_file_bytes = 64U << 20;
  // A past day is sealed once no calls have come to it for this long.
  TimeNs seal_after = kNsPerHour;
  // The number of parts of similar size in a day that are merged into one.
  std::size_t merge_width = 8;
  // The most blocks that one merging step writes.
  std::uint32_t merge_slice_blocks = 4;
  // After the clock jumps by more than a day, nothing is dropped until it has kept the new time for
  // this long.
  TimeNs clock_hold = kNsPerHour;
  // Bytes that must stay free on the disk beyond what a flush of the head needs; otherwise append()
  // returns ErrorCode::no_space.
  std::uint64_t disk_reserve = 64U << 20;
  // Below this many free bytes the disk is reported as nearly full. Appends still succeed.
  [[nodiscard]] std::uint64_t nearly_full_bytes() const {
    return 2 * (disk_reserve + max_head_bytes);
  }
  // The most values of each key that are counted by name on a past day.
  KeyCaps caps;
  // JSON pointers of the error codes of calls, as in FailureQuery::codes.
  std::vector<std::string> error_codes;
  // Encodes blocks of flushes and merges beside the calling thread; null: in it.
  std::shared_ptr<Executor> executor;
  // Bytes of rejected lines to keep; the oldest go first.
  std::uint64_t max_rejects_bytes = 64U << 20;
};

// A day whose calls were dropped. Its counts stay.
struct DroppedDay {
  Day day = 0;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
  bool for_room = false;  // dropped because EngineOptions::max_bytes was exceeded, not for its age
};

// Calls of one append that are too late to be kept. They are only counted.
struct LateCalls {
  std::uint64_t calls = 0;
  TimeNs oldest = 0;
  Day kept_from = 0;  // the first day from which calls are kept
};

class Engine : public Store, public Eraser, public BackupSource {
 public:
  // Opens the store in the root of `files`, or creates one, and replays the journal. Damage never
  // prevents the start: it is set aside, counted and reported by status(). Fails only if files
  // can't be read or written at all, and with ErrorCode::unsupported if a newer version wrote the
  // store. `files` must outlive the engine. The caller must have locked the directory.
  static Result<std::unique_ptr<Engine>> open(FileSystem& files, const EngineOptions& options,
                                              TimeNs now);

  // ErrorCode::unsupported if this version can't read the store, or one of its files; the message
  // names the version that is needed. Reads the header of each file, and changes nothing. open()
  // does this first.
  static Result<void> check_versions(FileSystem& files);

  // The number of days of which calls are kept.
  [[nodiscard]] virtual std::size_t kept_days() const = 0;

  // Problems found at start that somebody should look at, one line each.
  [[nodiscard]] virtual std::vector<std::string> start_warnings() const = 0;

  // `call` is called for each file or block that can't be read, once, on the thread that finds it.
  // It must not block. Must be set before the first query.
  virtual void when_unreadable(
      std::function<void(const std::string& what, const std::string& why)> call) = 0;

  // append() calls `call` when the head has become large enough to be flushed while no flush runs.
  // It must not block, nor call the engine. Must be set before the first append.
  virtual void when_flush_due(std::function<void()> call) = 0;
  // upkeep() calls `call` for each day that it drops. It must not block, nor call the engine. Must
  // be set before the first upkeep().
  virtual void when_day_dropped(std::function<void(const DroppedDay&)> call) = 0;
  // append() calls `call` if calls were too late to be kept. It must not block, nor call the
  // engine. Must be set before the first append.
  virtual void when_late(std::function<void(const LateCalls&)> call) = 0;
  // Flushes the head to parts if it is large or old enough. This and upkeep() return when they
  // should be called next (at once if that time is not after `now`). A failure that may pass (a
  // full disk, a part that couldn't be written) is counted in status() and is not an error; an
  // error is fatal, as for sync().
  virtual Result<TimeNs> flush_if_due(TimeNs now) = 0;
  // Does at most one bounded step of merging, sealing or dropping.
  virtual Result<TimeNs> upkeep(TimeNs now) = 0;
  // Flushes everything that was appended before the call.
  virtual Result<void> flush() = 0;
  // Syncs the journal, then flushes if there is room, so that the next start has nothing to replay.
  // Nothing may be called afterwards.
  virtual Result<void> close() = 0;
  // Makes a merge that runs in upkeep() end soon; upkeep() starts no new one. Any thread.
  virtual void stop_upkeep() = 0;
};

}  // namespace fortnight::storage
