// Follows the files of one tail through renames, deletions, truncations, copies and compression,
// and delivers each line once. Its owner drives it: scan() finds files, read() reads them. Neither
// blocks, both return after a few milliseconds, and the time is a parameter, so tests need no
// clock.
//
// Invariants:
//   - A file is identified by its inode *and* its bytes. daemon/tail/matching.h decides what a
//     newly found file is, from samples of it and of the known files.
//   - Files between the one last read and the present one (two rotations between two scans, or
//     while the daemon was down) are siblings with a rotated name that were modified since. They
//     are read too.
//   - A renamed or unlinked file stays open until it was read to its end and had no new bytes for a
//     while. Only then is a last line without LF taken.
//   - Files of one name are read in order: the present one after all of its predecessors.
//
// The cost is linear in the number of files: each is found by its identity or name, never by a
// search through all files.
//
// Not thread-safe.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/config.h"
#include "daemon/tail/ledger.h"
#include "daemon/tail/listing.h"
#include "daemon/tail/matching.h"
#include "daemon/tail/open_files.h"
#include "daemon/tail/sink.h"
#include "daemon/tail/stream.h"

namespace fortnight::daemon {

struct TailOptions {
  std::string source;  // its name, part of the positions' keys
  std::vector<std::string> globs;
  config::TailFrom from = config::TailFrom::beginning;
  std::size_t max_line_bytes = config::kMiB;
  // A rotated file is closed after this long without new bytes.
  std::chrono::milliseconds quiet = std::chrono::minutes(5);
  // A rotated file is searched for during this time.
  std::chrono::milliseconds search = std::chrono::minutes(1);
  // The clock of the files' times, in nanoseconds since 1970.
  std::function<std::int64_t()> wall_clock;
};

struct TailStatus {
  std::size_t files = 0;           // open
  std::size_t rotated = 0;         // of those, rotated and not yet closed
  std::size_t missing = 0;         // read before, not found since, still searched for
  std::uint64_t behind_bytes = 0;  // unread bytes in plain files
};

// A file that the patterns match or that was read, and its state.
struct TailedFile {
  enum class State : std::uint8_t {
    reading,  // open, at its path
    rotated,  // open, and no longer at its path
    missing,  // read before, not found since, still searched for
    waits,    // not identified yet
    ignored,  // not read: see its decision
    finished  // read to its end, now or before
  };
  State state = State::reading;
  std::string file;  // the path where it was last seen
  std::string path;  // the path that it is tailed by
  FileId id;
  std::uint64_t offset = 0;  // after the last line taken
  std::uint64_t size = 0;
  std::uint64_t behind_bytes = 0;        // unread, of a plain file
  std::optional<TailTime> last_line;     // when lines of it were taken last, since the start
  std::string last_error;                // of reading it; empty: none since the start
  std::optional<TailDecision> decision;  // why it is read from there, or isn't; since the start
};
std::string_view state_text(TailedFile::State state);

class Tailer {
 public:
  using Time = TailTime;
  // Number of decisions kept, besides those of the open files.
  static constexpr std::size_t kDecisions = 20;

  // `positions` are the store's; those of other sources are ignored.
  Tailer(TailOptions options, const std::map<std::string, std::string>& positions);

  // Scans for files and opens new ones; delivers no lines. True: it returned early and continues at
  // the next call.
  bool scan(Time now, TailSink& sink);
  // Reads a piece of each file that has more, while the sink is ready. True: more may be available
  // now.
  bool read(Time now, TailSink& sink);
  // Checks which open files have changed, and closes rotated ones that were quiet for long.
  void poll(Time now, TailSink& sink);
  // The file of this name was written to.
  void hint(const std::string& path);
  // Whether something happened that requires a scan soon.
  [[nodiscard]] bool wants_scan() const { return wants_scan_ || disowned_; }
  // Whether it looks for files that may appear or change beside the matching ones. If all
  // directories() are watched, hints say when to scan.
  [[nodiscard]] bool is_searching() const;
  // Whether there are files or directories that can't be read and should be tried again.
  [[nodiscard]] bool has_problems() const { return !problems_.empty(); }
  // As of the last scan: the directories whose events are relevant.
  [[nodiscard]] const std::vector<std::string>& directories() const { return directories_; }
  // The files that the patterns match, as of the last scan.
  [[nodiscard]] const std::unordered_map<std::string, FileId>& matches() const { return matches_; }
  [[nodiscard]] TailStatus status();
  // The files by path: those that are open, missing, or matched by a pattern. Linear in their
  // number.
  [[nodiscard]] std::vector<TailedFile> files();
  // Directories and files that can't be read, as of the last scan.
  [[nodiscard]] const std::set<std::string>& problems() const { return problems_; }
  // The number of positions that were damaged at the start: their files were read from the start.
  [[nodiscard]] std::size_t damaged_positions() const { return ledger_.damaged(); }
  // The last ones, oldest first. Of decisions that repeat, only the last.
  [[nodiscard]] const std::deque<TailDecision>& decisions() const { return decisions_; }

 private:
  // Files created between a rotated file and the present one are searched for until `until`.
  struct Rotation {
    std::string path;          // the path that they are tailed by
    std::string beside;        // siblings of this path are searched: `path` or its former target
    std::int64_t modified_ns;  // of the rotated file: older files came before it
    Time until;
  };
  struct Candidate {
    ListedFile file;
    std::string path;  // the path it is tailed by; not its own for a rotated sibling
    Claim claim;
    bool gates;  // files of its base paths aren't read before it is identified
  };
  // A known file that a candidate is compared with, as of the time when the candidate was opened.
  struct Relative {
    std::string key;  // empty: an imprint
    TailPosition position;
    KnownFile facts;
    bool replaced = false;  // open, and its path leads to the candidate now
  };
  struct Identification {
    Candidate candidate;
    Probe probe;
    std::vector<Relative> relatives;
    bool waited;  // it is no longer being written: its present content decides
  };
  // A file that is ignored until it changes.
  struct Parked {
    Verdict verdict;
    FileInfo info;
    Time since;
    std::uint64_t generation;
    std::string key;         // for held: the file that has its bytes
    std::uint64_t upto = 0;  // for held: its end
  };
  struct Search {
    Time until;
    bool quiet = false;  // no warning if it isn't found
  };
  struct Scan {
    Time now;
    std::unordered_set<FileId, FileIdHash> matched;
    Siblings siblings;
    std::vector<Candidate> candidates;
    std::unordered_set<FileId, FileIdHash> queued;
    std::size_t next = 0;
  };

  // The steps of the scan, in scan.cc.
  void begin_scan(Time now, TailSink& sink);
  void end_scan(TailSink& sink);
  void note_rotations(const Scan& scan);
  void note_lost(const Scan& scan);
  void search_for(const LedgerEntry& entry, Time now);
  void note_unseen(Scan& scan);
  void add_candidates(Scan& scan, const std::vector<ListedFile>& matches);
  void add_candidate(Scan& scan, Candidate candidate);
  void add_siblings(Scan& scan);
  void give_up_lost(TailSink& sink, Time now);
  void note_directories(const std::vector<ListedFile>& matches);
  void rotate(const TailPosition& position, Time now);
  [[nodiscard]] std::int64_t earliest_since(std::int64_t modified_ns, Time now) const;
  void forget_gone(TailSink& sink);
  [[nodiscard]] bool is_parked(const ListedFile& file, Time now) const;
  void tell_problems(TailSink& sink);

  // The identification of one file, in identify.cc.
  void identify(Candidate candidate, Time now, TailSink& sink);
  bool advance(Identification& one, Time now, TailSink& sink);
  bool advance_probes(Time now, TailSink& sink);
  bool identify_deferred(Time now, TailSink& sink);
  [[nodiscard]] bool has_deferred() const;
  void collect_relatives(Identification& one);
  void ask_about_relatives(Identification& one);
  void leave_damaged(const Candidate& candidate, const Error& error, Time now, TailSink& sink);
  void conclude(Identification& one, Time now, TailSink& sink);
  bool refresh(Identification& one, std::vector<KnownFile>& known);
  void done_with(const Candidate& candidate);

  // The application of the decision, in apply.cc.
  void apply(Identification& one, const Decision& decision, Time now, TailSink& sink);
  void resume(Identification& one, const Decision& decision, TailDecision why, Time now,
              TailSink& sink);
  void settle(Identification& one, const Decision& decision, TailSink& sink);
  void settle_lost(const std::string& key, const FileInfo* found, TailSink& sink);
  void start(Identification& one, TailDecision why, Time now, TailSink& sink);
  void disown_others(const FileId& id, const std::string& key, Time now, TailSink& sink);
  void park(const Identification& one, const Decision& decision, Time now);
  void open(std::string key, TailPosition position, std::unique_ptr<TailFile> file,
            Evidence evidence, const std::string& name, TailDecision why, Time now);
  [[nodiscard]] TailDecision described(const Identification& one, const Decision& decision) const;
  void keep_decision(TailDecision decision);
  [[nodiscard]] const TailDecision* decision_about(const std::string& file) const;

  bool read_group(FileGroup& group, Time now, TailSink& sink);
  void changed(FileGroup& group, OpenFile& file, Time now, TailSink& sink);
  void restart_truncated(FileGroup& group, OpenFile& file, Time now, TailSink& sink);
  bool resume_shrunk(FileGroup& group, OpenFile& file, Time now, TailSink& sink);
  void lose(FileGroup& group, OpenFile& file, Time now, TailSink& sink);
  void finish(FileGroup& group, OpenFile& file, TailSink& sink);
  [[nodiscard]] std::int64_t wall_now() const;

  TailOptions options_;
  TailLedger ledger_;
  OpenFiles open_;
  std::vector<Rotation> rotations_;
  std::unordered_map<FileId, Parked, FileIdHash> parked_;
  std::unordered_map<std::string, Search> searches_;                  // by key of a lost file
  std::unordered_multimap<std::uint64_t, std::string> lost_by_head_;  // values are keys
  std::set<std::uint64_t> lost_short_;  // offsets of lost files that are below kHeadBytes
  std::deque<std::unique_ptr<Identification>> probing_;
  // Compressed files that wait until others are done.
  std::deque<Candidate> deferred_;
  std::unordered_set<FileId, FileIdHash> in_hand_;  // files in probing_ and deferred_
  std::vector<std::string> new_problems_;
  // Paths whose files must wait until their predecessors are identified, with the number of those.
  std::unordered_map<std::string, std::size_t> unidentified_;
  std::optional<Scan> scan_;
  std::optional<Time> last_scan_;                    // the beginning of the last complete one
  std::unordered_set<FileId, FileIdHash> siblings_;  // files seen then that no pattern matches
  std::deque<TailDecision> decisions_;
  std::set<std::string> problems_;  // logged, and still present
  std::vector<std::string> directories_;
  std::unordered_map<std::string, FileId> matches_;
  std::uint64_t generation_ = 0;  // changes when another search among siblings is needed
  std::size_t compressed_ = 0;    // number of compressed files being read or probed
  bool first_scan_ = true;
  bool wants_scan_ = false;
  bool disowned_ = false;  // an unfinished file lost its inode
};

}  // namespace fortnight::daemon
