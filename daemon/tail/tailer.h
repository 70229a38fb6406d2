// Follows the files of one tail: through renames, deletions, truncations, copies and compressions,
// each line once. It is driven from outside: scan() looks at which files there are, read() takes
// what they hold. Neither waits, and time is handed in, so that tests need no clock.
//
// What holds:
//  - A file is known by its inode *and* its bytes. Where a name leads to other bytes, what was read
//    before is looked for among the siblings (renamed, copied, compressed) and read on from there.
//  - Files between the one last read and the present one (two rotations between two scans, or while
//    the daemon was down) are siblings of a rotated name that were modified since: they are read
//    too.
//  - A renamed or unlinked file stays open until it was read to its end and has been quiet. Only
//  then
//    is a last line without LF taken.
//  - Files of one name are read in order: the present one once its predecessors are at their end.
//
// Threads: none of its own; one at a time.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "daemon/tail/ledger.h"
#include "daemon/tail/listing.h"
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
};

struct TailStatus {
  std::size_t files = 0;           // open
  std::size_t rotated = 0;         // of those, rotated away and not yet let go
  std::size_t missing = 0;         // read before, not found since, still looked for
  std::uint64_t behind_bytes = 0;  // in plain files, not read yet
};

class Tailer {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `positions` are the store's; those of this source count.
  Tailer(TailOptions options, const std::map<std::string, std::string>& positions);

  // Looks at the files there are. Opens new ones, gives no lines.
  void scan(Time now, TailSink& sink);
  // Reads a piece of each file that has more, while the sink is ready. True: there may be more at
  // once.
  bool read(Time now, TailSink& sink);
  // read() met a truncation: the next scan should be soon.
  [[nodiscard]] bool wants_scan() const { return wants_scan_; }
  // As of the last scan: where something may happen that the next one should see.
  [[nodiscard]] const std::vector<std::string>& directories() const { return directories_; }
  [[nodiscard]] const TailStatus& status() const { return status_; }

 private:
  struct Open {
    TailStream stream;
    bool rotated = false;  // its path leads elsewhere, or nowhere
    bool failing = false;  // the last read was an error
    Time last_bytes;       // when it last had any
  };
  // Files that came between a rotated file and the present one are looked for until `until`.
  struct Rotation {
    std::string path;
    std::int64_t modified_ns;  // of the rotated file: what is older came before it
    Time until;
  };
  // A file that is left alone for as long as it stays as it is: a copy of what is read elsewhere,
  // or one still being written.
  struct Ignored {
    FileInfo info;
    Time since;
    bool unfinished;  // compressed, and cut off: after the search time, what there is counts
  };
  using Entry = std::list<LedgerEntry>::iterator;
  struct Scan {
    Time now;
    TailSink& sink;
    std::vector<ListedFile> matches;
    std::set<FileId> matched;
    Siblings siblings;
    std::vector<std::string> problems;
  };

  // The scan's steps, in scan.cc.
  void note_directories(const Scan& scan);
  void note_rotations(Scan& scan);
  void disown_reused(Scan& scan);
  void find_lost(Scan& scan);
  bool find_lost(Scan& scan, Entry entry);
  void open_between(Scan& scan);
  void open_matches(Scan& scan);
  void forget_old(Scan& scan);
  void tell_problems(Scan& scan);
  // What to do with one file, in identify.cc.
  void take(Scan& scan, const ListedFile& file, const std::string& path);
  bool take_by_id(Scan& scan, const ListedFile& file, std::unique_ptr<TailFile>& opened);
  bool take_by_content(Scan& scan, const ListedFile& file, std::unique_ptr<TailFile>& opened);
  bool copies_open_file(const ListedFile& file, TailFile& opened);
  bool ignore_unfinished(Scan& scan, const ListedFile& file, const TailFile& opened);
  void start(Scan& scan, const ListedFile& file, const std::string& path,
             std::unique_ptr<TailFile> opened);
  void resume(Scan& scan, Entry entry, const ListedFile& file, std::unique_ptr<TailFile> opened,
              Evidence evidence);
  void open(Scan& scan, std::string key, TailPosition position, std::unique_ptr<TailFile> file,
            Evidence evidence);

  [[nodiscard]] bool is_open(const FileId& id) const;
  void restart_truncated(Open& open, Time now, TailSink& sink);
  void finish(Open& open, TailSink& sink);

  TailOptions options_;
  TailLedger ledger_;
  std::vector<std::unique_ptr<Open>> streams_;  // of one path, the oldest first
  std::vector<Rotation> rotations_;
  std::map<FileId, Ignored> ignored_;
  std::map<std::string, Time> searches_;  // by key: until when a lost file is looked for
  std::set<std::string> problems_;        // told, and still so
  TailStatus status_;
  std::vector<std::string> directories_;
  bool first_scan_ = true;
  bool wants_scan_ = false;
};

}  // namespace fortnight::daemon
