// The embedded engine: the store on one machine's disk. Journal, head, parts, segments, rollups and
// retention, put together.
//
// It has no threads, clocks or sockets of its own. The owner gives it:
//   - one appending thread: append(), sync(), positions();
//   - one flushing thread: flush_if_due(), over and over;
//   - one thread of upkeep: upkeep(), over and over, each call a bounded step (a slice of a merge,
//   a
//     dropped day). A slice runs beside a flush: merging never holds up what comes in;
//   - any number of reading threads.
// flush() and drop_day() may come from any thread. No step holds up appending or reading for longer
// than a pointer's swap (and one fdatasync). One thread may do all of it, in turns.
//
// What is acknowledged (appended, then synced) survives a crash at any point, exactly once; see
// docs/architecture.md for why.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/files/file_system.h"
#include "storage/key_caps.h"
#include "storage/store.h"

namespace fortnight::storage {

struct EngineOptions {
  // Whole calls of day D are dropped at D + retention_days + 1, 00:00 UTC.
  int retention_days = 14;
  // Bytes of parts and segments; past them the oldest day goes first, but never the newest. 0: no
  // bound.
  std::uint64_t max_bytes = 0;
  // The head is made into parts once it holds this much memory, or has held calls for so long.
  std::uint64_t flush_bytes = 32U << 20;
  TimeNs flush_interval = 300 * kNsPerSecond;
  // Memory of the head at which append() answers limit until a flush has made room.
  std::uint64_t max_head_bytes = 96U << 20;
  std::uint64_t cache_bytes = 64U << 20;
  std::uint64_t journal_file_bytes = 64U << 20;
  // A day is sealed once it is over and nothing has come to it for so long.
  TimeNs seal_after = kNsPerHour;
  // Parts of like size in a day that are merged into one.
  std::size_t merge_width = 8;
  // Blocks that one merging step writes at the most.
  std::uint32_t merge_slice_blocks = 4;
  // After a jump of the clock by more than a day nothing is dropped until it has held for so long.
  TimeNs clock_hold = kNsPerHour;
  // Bytes that must stay free on the disk beyond what a flush of the head needs, or append()
  // answers no_space.
  std::uint64_t disk_reserve = 64U << 20;
  // Free bytes below which the disk is said to be nearly full, while there is room yet.
  [[nodiscard]] std::uint64_t nearly_full_bytes() const {
    return 2 * (disk_reserve + max_head_bytes);
  }
  // Values of keys that are counted by their names on a day that is over.
  KeyCaps caps;
  // Bytes of rejected lines that are kept; the oldest go first.
  std::uint64_t max_rejects_bytes = 64U << 20;
};

// A day whose calls aren't kept any more; its counts are.
struct DroppedDay {
  Day day = 0;
  std::uint64_t calls = 0;
  std::uint64_t bytes = 0;
  bool for_room = false;  // not for its age, but since EngineOptions::max_bytes was passed
};

// Calls of one append that are too late to be kept: they are counted alone.
struct LateCalls {
  std::uint64_t calls = 0;
  TimeNs oldest = 0;
  Day kept_from = 0;  // the first day from which on calls are kept
};

class Engine : public Store {
 public:
  // Opens the store in `files`' root, or makes one there, and brings back what the journal holds.
  // Damage never stops the start: it is set aside, counted and told by status(). Fails only where
  // files can't be read or written at all, and with ErrorCode::unsupported on a newer version's
  // store. `files` must outlive the engine; the directory must be locked by the caller.
  static Result<std::unique_ptr<Engine>> open(FileSystem& files, const EngineOptions& options,
                                              TimeNs now);

  // What the start met with that somebody should look at, a line each.
  [[nodiscard]] virtual std::vector<std::string> start_warnings() const = 0;

  // `call` is called for each file or block that can't be read, the first time that this is met
  // with, on the thread that meets it. It must not block. To be set before anything is asked.
  virtual void when_unreadable(
      std::function<void(const std::string& what, const std::string& why)> call) = 0;

  // `call` is told, by append(), of a head that has become large enough to be flushed while no
  // flush runs. To be set before anything is appended. It must not block, nor call the engine.
  virtual void when_flush_due(std::function<void()> call) = 0;
  // `call` is told, by upkeep(), of each day that it dropped. To be set before upkeep() is called.
  // It must not block, nor call the engine.
  virtual void when_day_dropped(std::function<void(const DroppedDay&)> call) = 0;
  // `call` is called by append() where calls were too late to be kept. To be set before anything is
  // appended. It must not block, nor call the engine.
  virtual void when_late(std::function<void(const LateCalls&)> call) = 0;
  // Makes parts of the head where it is large or old enough.
  // This and upkeep() return when they want to be called again (at once where the time is not after
  // `now`). A failure that can be tried anew (a full disk, a part that couldn't be written) is
  // counted in status() and is no error; an error is fatal, as sync()'s is.
  virtual Result<TimeNs> flush_if_due(TimeNs now) = 0;
  // `call` is called by upkeep() every few hundred calls that a merge writes, and the merge goes on
  // when it returns. To be set before upkeep() is called.
  virtual void while_merging(std::function<void()> call) = 0;
  // Does at most one bounded step of merging, sealing and dropping.
  virtual Result<TimeNs> upkeep(TimeNs now) = 0;
  // Makes parts of all that was appended before the call.
  virtual Result<void> flush() = 0;
  // Syncs the journal, then flushes so that the next start has nothing to replay, if there is room.
  // Nothing may be called afterwards.
  virtual Result<void> close() = 0;
  // Makes a merge that runs in upkeep() end soon; upkeep() starts none any more. Any thread.
  virtual void stop_upkeep() = 0;
};

}  // namespace fortnight::storage
