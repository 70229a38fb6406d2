// Follows the files of one tail: through renames, deletions, truncations, copies and compressions,
// each line once. It is driven from outside: scan() looks at which files there are, read() takes
// what they hold. Neither waits, both give way after a few milliseconds, and time is handed in, so
// that tests need no clock.
//
// What holds:
//  - A file is known by its inode *and* its bytes. What one is that is met, daemon/tail/matching.h
//    decides from what was seen of it and of those that are known.
//  - Files between the one last read and the present one (two rotations between two scans, or while
//    the daemon was down) are siblings of a rotated name that were modified since: they are read
//    too.
//  - A renamed or unlinked file stays open until it was read to its end and has been quiet. Only
//    then is a last line without LF taken.
//  - Files of one name are read in order: the present one once its predecessors are at their end.
//
// The work is linear in the files: each is found by its identity or its name, none by a search
// through all of them.
//
// Threads: none of its own; one at a time.
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
  // A file that was rotated away is let go after this long without new bytes.
  std::chrono::milliseconds quiet = std::chrono::minutes(5);
  // For this long what a rotation made of a file is looked for.
  std::chrono::milliseconds search = std::chrono::minutes(1);
  // The clock by which files are dated, in nanoseconds since 1970.
  std::function<std::int64_t()> wall_clock;
};

struct TailStatus {
  std::size_t files = 0;           // open
  std::size_t rotated = 0;         // of those, rotated away and not yet let go
  std::size_t missing = 0;         // read before, not found since, still looked for
  std::uint64_t behind_bytes = 0;  // in plain files, not read yet
};

// What a file was taken for, and why.
struct TailDecision {
  std::string file;     // its path then
  std::string matched;  // the path by which the file is known that it was matched to; may be empty
  Verdict verdict = Verdict::leave;
  Reason reason = Reason::not_ours;
  std::uint64_t offset = 0;
};

class Tailer {
 public:
  using Time = TailTime;
  // Decisions that are kept.
  static constexpr std::size_t kDecisions = 256;

  // `positions` are the store's; those of this source count.
  Tailer(TailOptions options, const std::map<std::string, std::string>& positions);

  // Looks at the files there are. Opens new ones, gives no lines. True: it has given way, and goes
  // on at the next call.
  bool scan(Time now, TailSink& sink);
  // Reads a piece of each file that has more, while the sink is ready. True: there may be more at
  // once.
  bool read(Time now, TailSink& sink);
  // Looks which of the open files have changed, and lets go of those that were quiet for long.
  void poll(Time now, TailSink& sink);
  // The file of this name was written to.
  void hint(const std::string& path);
  // Something happened that the next scan should see soon.
  [[nodiscard]] bool wants_scan() const { return wants_scan_ || disowned_; }
  // Whether there are things that only another scan finds out, though no directory changes.
  [[nodiscard]] bool is_searching() const;
  // As of the last scan: where something may happen that the next one should see.
  [[nodiscard]] const std::vector<std::string>& directories() const { return directories_; }
  // The files that the patterns match, as of the last scan.
  [[nodiscard]] const std::unordered_map<std::string, FileId>& matches() const { return matches_; }
  [[nodiscard]] TailStatus status();
  // The last ones, the oldest first.
  [[nodiscard]] const std::deque<TailDecision>& decisions() const { return decisions_; }

 private:
  // Files that came between a rotated file and the present one are looked for until `until`.
  struct Rotation {
    std::string path;          // the name that they are tailed by
    std::string beside;        // they are its siblings: the path, or where it led
    std::int64_t modified_ns;  // of the rotated file: what is older came before it
    Time until;
  };
  struct Candidate {
    ListedFile file;
    std::string path;  // the name that it is tailed by: not its own where it is a rotated sibling
    Claim claim;
    bool gates;  // files of its base paths are not read before it is identified
  };
  // What is known of a file beside which a candidate is put, as it was when that was opened.
  struct Relative {
    std::string key;  // empty: an imprint
    TailPosition position;
    KnownFile facts;
    bool replaced = false;  // open, and its name leads to the candidate now
  };
  struct Identification {
    Candidate candidate;
    Probe probe;
    std::vector<Relative> relatives;
    bool waited;  // it was written to no more: what there is counts
  };
  // A file that is left alone for as long as it stays as it is.
  struct Parked {
    Verdict verdict;
    FileInfo info;
    Time since;
    std::uint64_t generation;
    std::string key;         // held: of the file that has its bytes
    std::uint64_t upto = 0;  // held: its end
  };
  struct Search {
    Time until;
    bool quiet = false;  // nothing is missing if it isn't found
  };
  struct Scan {
    Time now;
    std::unordered_set<FileId, FileIdHash> matched;
    Siblings siblings;
    std::vector<Candidate> candidates;
    std::unordered_set<FileId, FileIdHash> queued;
    std::size_t next = 0;
  };

  // The scan's steps, in scan.cc.
  void begin_scan(Time now, TailSink& sink);
  void end_scan(TailSink& sink);
  void note_rotations(const Scan& scan);
  void note_lost(const Scan& scan);
  void note_unseen(Scan& scan);
  void add_candidates(Scan& scan, const std::vector<ListedFile>& matches);
  void add_candidate(Scan& scan, Candidate candidate);
  void add_siblings(Scan& scan);
  void give_up_lost(TailSink& sink, Time now);
  void note_directories(const std::vector<ListedFile>& matches);
  void rotate(const TailPosition& position, Time now);
  void forget_gone(TailSink& sink);
  [[nodiscard]] bool is_parked(const ListedFile& file, Time now) const;
  void tell_problems(TailSink& sink);

  // What becomes of one file, in identify.cc.
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

  // What is done about it, in apply.cc.
  void apply(Identification& one, const Decision& decision, Time now, TailSink& sink);
  void resume(Identification& one, const Decision& decision, Time now, TailSink& sink);
  void settle(Identification& one, const Decision& decision, TailSink& sink);
  void settle_lost(const std::string& key, const FileInfo* found, TailSink& sink);
  void start(Identification& one, Time now, TailSink& sink);
  void disown_others(const FileId& id, const std::string& key, TailSink& sink);
  void park(const Identification& one, const Decision& decision, Time now);
  void open(std::string key, TailPosition position, std::unique_ptr<TailFile> file,
            Evidence evidence, const std::string& name, Time now);
  void keep_decision(const Identification& one, const Decision& decision);

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
  std::unordered_multimap<std::uint64_t, std::string> lost_by_head_;  // keys
  std::deque<std::unique_ptr<Identification>> probing_;
  // Compressed files whose turn comes when others are done.
  std::deque<Candidate> deferred_;
  std::unordered_set<FileId, FileIdHash> in_hand_;  // those of both
  std::vector<std::string> new_problems_;
  // Paths whose files must wait until their predecessors are known, and for how many of them.
  std::unordered_map<std::string, std::size_t> unidentified_;
  std::optional<Scan> scan_;
  std::deque<TailDecision> decisions_;
  std::set<std::string> problems_;  // told, and still so
  std::vector<std::string> directories_;
  std::unordered_map<std::string, FileId> matches_;
  std::uint64_t generation_ = 0;  // of what is looked for among siblings
  std::size_t compressed_ = 0;    // compressed files being read or probed
  bool first_scan_ = true;
  bool wants_scan_ = false;
  bool disowned_ = false;  // a file that is still to be read
};

}  // namespace fortnight::daemon
