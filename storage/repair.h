// Verifies and repairs a store beside its engine. A start of the engine only moves damaged files to
// the quarantine; these functions save what is readable in them.
//
// verify_store() and a dry run of repair_store() change nothing and may run beside an engine. All
// other functions require that the caller holds the lock on the directory (lock_directory).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "storage/files/file_names.h"
#include "storage/files/file_system.h"

namespace fortnight::storage {

// Whether the root of `files` holds a manifest, readable or not.
bool is_store(FileSystem& files);

// What repair can save of a damaged file.
enum class Salvageable : std::uint8_t {
  unknown,  // the file's bytes weren't read, or it isn't a file of calls
  nothing,  // it has no complete footer
  calls,
};

struct Problem {
  enum class Kind : std::uint8_t {
    unreadable,  // the file can't be opened, or isn't the one in the manifest
    damage,      // in an open file or in the journal, or two files contradict each other
    loss,        // the manifest lists `name` as lost
  };
  Kind kind = Kind::damage;
  std::string where;   // a path relative to the store's directory, a day, or "journal"
  std::string what;    // unreadable: with the path; loss: empty
  FileName name = {};  // loss
  Salvageable salvageable = Salvageable::unknown;  // unreadable
  std::uint64_t salvageable_calls = 0;             // loss: number of calls in the quarantine
};

struct VerifyReport {
  std::uint64_t files = 0;       // that the manifest names
  std::uint64_t calls = 0;       // of its parts
  std::uint64_t generation = 0;  // of the manifest
  std::vector<Problem> problems;
};

// Checks every checksum of every live file, and compares parts with rollups, and files with the
// manifest. An engine may replace files meanwhile, so apparent damage is read again after `pause`,
// which should wait for some milliseconds.
Result<VerifyReport> verify_store(FileSystem& files, const std::function<void()>& pause);

struct RepairOptions {
  bool dry_run = false;  // report the possible steps, and write nothing
  // Rewrite parts without blocks that aren't completely readable, even though queries may still
  // read some of their columns.
  bool drop_unreadable = false;
};

// A block of a part.
struct DamagedBlock {
  std::uint32_t number = 0;
  std::uint64_t calls = 0;
  TimeNs min_ts = 0;  // 0: not known
  TimeNs max_ts = 0;
  std::string reason;
  bool partly_readable = false;  // some of its columns are readable for queries
};

// One action of a repair; in a dry run, a possible one.
struct RepairStep {
  enum class Action : std::uint8_t {
    lose_manifest,    // unreadable: the manifest before it counts
    move_back,        // the file at `path` is the one that the manifest knows as `name`
    keep_part,        // damaged; queries can read more of it than could be saved
    save_part,        // its readable calls are in `name` now, if it has any
    lose_part,        // nothing of it can be saved
    keep_rollup,      // damaged, and not all of its calls exist to recount them
    lose_rollup,      // unreadable, and its calls don't exist to recount them
    restore_rollup,   // moved from the quarantine to `name`
    lose_rejects,     // a file of rejected lines
    restore_rejects,  // moved from the quarantine to `name`
    recount,          // the rollups of the day `name.day` are counted from its calls
    quarantine,       // the file at `path` was moved to the quarantine
  };
  Action action = Action::quarantine;
  std::string path = {};
  FileName name = {};
  std::uint64_t calls = 0;                // saved or intact calls; for rejects: lost lines
  std::uint64_t lost_calls = 0;           // lost or damaged calls
  std::uint64_t unfound_calls = 0;        // of these, calls in blocks that aren't found
  std::vector<DamagedBlock> blocks = {};  // unreadable ones
};

struct RepairReport {
  std::vector<RepairStep> steps;  // in the order of execution
  std::uint64_t lost_calls = 0;
  std::uint64_t kept_damaged = 0;  // files that keep_part and keep_rollup left unchanged
  // Why a file was skipped that may be intact: a newer version wrote it, or it can't be read now.
  std::optional<Error> left_alone;
};

// Rebuilds what can be saved of damaged files and of the quarantine: indices from calls, rollups
// from calls, parts without their damaged blocks. Then publishes one manifest with the new files,
// and moves replaced files to the quarantine. Nothing that a query could still read is dropped,
// unless `drop_unreadable` is set.
Result<RepairReport> repair_store(FileSystem& files, const RepairOptions& options);

struct LostRecords {
  std::uint64_t records = 0;
  std::vector<FileName> files;  // the journal files that contained them
};

// Losses that are no longer reported.
struct Acknowledgement {
  std::vector<FileName> lost;
  LostRecords journal;
};

// Publishes a manifest without losses: answers no longer count as incomplete because of them.
// Writes nothing if nothing is lost.
Result<Acknowledgement> acknowledge_losses(FileSystem& files);

}  // namespace fortnight::storage
