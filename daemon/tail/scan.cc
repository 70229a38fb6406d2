// A tailer's look at the directory: which files there are, and what became of those it was reading.
#include <algorithm>

#include "config/glob.h"
#include "daemon/find_files.h"
#include "daemon/tail/names.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {

void Tailer::scan(Time now, TailSink& sink) {
  wants_scan_ = false;
  Scan scan{now, sink, {}, {}, {}, {}};
  scan.matches = list_matches(options_.globs, scan.problems);
  for (const ListedFile& file : scan.matches) scan.matched.insert(file.info.id);

  note_rotations(scan);
  disown_reused(scan);
  find_lost(scan);
  open_between(scan);
  open_matches(scan);
  forget_old(scan);
  tell_problems(scan);

  if (first_scan_ && !ledger_.started()) sink.position(ledger_.started_key(), "1");
  if (first_scan_ && ledger_.damaged() > 0) {
    sink.warn(options_.source + ": " + std::to_string(ledger_.damaged()) +
              " damaged positions; their files are read from the start");
  }
  if (first_scan_) {
    for (const std::string& pattern : unmatched(options_.globs, scan.matches)) {
      sink.note(pattern + ": no file matches yet");
    }
  }
  first_scan_ = false;
  note_directories(scan);

  status_ = {};
  for (const auto& open : streams_) {
    ++status_.files;
    status_.rotated += open->rotated ? 1 : 0;
    const auto info = open->stream.file().info();
    if (info && open->stream.file().mutable_content() && info->size > open->stream.read_to()) {
      status_.behind_bytes += info->size - open->stream.read_to();
    }
  }
  status_.missing = searches_.size();
}

// Those in or below which the patterns' files stand, and those of the files.
void Tailer::note_directories(const Scan& scan) {
  std::set<std::string> directories;
  for (const std::string& pattern : options_.globs) {
    const auto glob = config::Glob::parse(pattern);
    if (!std::holds_alternative<config::Glob>(glob)) continue;
    const std::vector<std::string> bases = base_directories(std::get<config::Glob>(glob));
    directories.insert(bases.begin(), bases.end());
  }
  for (const ListedFile& file : scan.matches) directories.insert(directory_of(file.path));
  directories_ = {directories.begin(), directories.end()};
}

void Tailer::note_rotations(Scan& scan) {
  for (const auto& open : streams_) {
    const TailPosition& position = open->stream.position();
    const auto there = file_info(position.path);
    // Where it can't be told (no permission), nothing is concluded.
    if (!there && there.error().code != storage::ErrorCode::not_found) continue;
    const bool rotated = !there || there->id != position.file;
    if (rotated && !open->rotated) {
      rotations_.push_back({position.path, position.modified_ns, scan.now + options_.search});
      open->last_bytes = std::max(open->last_bytes, scan.now);
    }
    open->rotated = rotated;
  }
}

// A new file may have the inode of one that was read before and is gone: then that one is lost, and
// to be found before the new one is begun.
void Tailer::disown_reused(Scan& scan) {
  for (LedgerEntry& entry : ledger_.entries()) {
    TailPosition& position = entry.position;
    if (position.finished || !scan.matched.contains(position.file)) continue;
    const auto file =
        std::find_if(scan.matches.begin(), scan.matches.end(),
                     [&](const ListedFile& match) { return match.info.id == position.file; });
    const auto opened = TailFile::open(file->path);
    if (!opened) continue;
    const auto comparison = compare(**opened, position);
    if (comparison && comparison->match != Match::same) position.file = {};
  }
}

// Files that were not read to their end when last seen, and are not where they were.
void Tailer::find_lost(Scan& scan) {
  auto& entries = ledger_.entries();
  for (auto entry = entries.begin(); entry != entries.end();) {
    const auto current = entry++;
    TailPosition& position = current->position;
    if (position.finished || scan.matched.contains(position.file)) continue;
    const auto there = file_info(position.path);
    if (there && there->id == position.file) continue;  // it is where it was, but no longer ours
    if (!there && there.error().code != storage::ErrorCode::not_found) continue;

    const auto [search, begun] = searches_.try_emplace(current->key, scan.now + options_.search);
    if (begun) rotations_.push_back({position.path, position.modified_ns, search->second});
    const std::string key = current->key;
    if (find_lost(scan, current)) {
      searches_.erase(key);
    } else if (scan.now >= search->second) {
      scan.sink.warn(position.path + ": what it held when it was read up to byte " +
                     std::to_string(position.offset) +
                     " is not to be found; what it got after that is missing");
      position.finished = true;
      scan.sink.position(key, position.encode());
      searches_.erase(search);
    }
  }
}

bool Tailer::find_lost(Scan& scan, Entry entry) {
  const TailPosition position = entry->position;
  const std::string_view live = file_name_of(position.path);
  // The same inode first: a plain rename. Then the same bytes: a copy, or compressed.
  for (const bool by_inode : {true, false}) {
    for (const ListedFile& file : scan.siblings.of(position.path)) {
      const bool same_inode = file.info.id == position.file;
      if (file.path == position.path || same_inode != by_inode || is_open(file.info.id)) continue;
      const std::string_view name = file_name_of(file.path);
      const bool related =
          position.offset > 0 && (is_rotated_name(live, name) ||
                                  (position.offset >= kHeadBytes && shares_stem(live, name)));
      if (!same_inode && !related) continue;
      auto opened = TailFile::open(file.path);
      if (!opened) continue;
      auto comparison = compare(**opened, position);
      if (!comparison || comparison->match != Match::same) continue;
      scan.sink.note(position.path + ": goes on at byte " + std::to_string(position.offset) +
                     " in " + file.path);
      resume(scan, entry, file, std::move(*opened), std::move(comparison->evidence));
      return true;
    }
  }
  return false;
}

void Tailer::open_between(Scan& scan) {
  std::erase_if(rotations_, [&](const Rotation& rotation) { return rotation.until < scan.now; });
  for (const Rotation& rotation : rotations_) {
    for (const ListedFile& file : scan.siblings.of(rotation.path)) {
      if (file.info.modified_ns < rotation.modified_ns || scan.matched.contains(file.info.id) ||
          !is_rotated_name(file_name_of(rotation.path), file_name_of(file.path))) {
        continue;
      }
      take(scan, file, rotation.path);
    }
  }
}

void Tailer::open_matches(Scan& scan) {
  // Files known by their inode first, so that copies of them are known as such.
  std::set<FileId> known;
  for (const LedgerEntry& entry : ledger_.entries()) known.insert(entry.position.file);
  for (const bool first : {true, false}) {
    for (const ListedFile& file : scan.matches) {
      if (known.contains(file.info.id) == first) take(scan, file, file.path);
    }
  }
}

void Tailer::forget_old(Scan& scan) {
  auto& entries = ledger_.entries();
  auto finished = static_cast<std::size_t>(std::count_if(
      entries.begin(), entries.end(), [](const auto& entry) { return entry.position.finished; }));
  for (auto entry = entries.begin();
       entry != entries.end() && finished > TailLedger::kFinishedKept;) {
    if (entry->position.finished && !scan.matched.contains(entry->position.file)) {
      scan.sink.position(entry->key, "");
      entry = entries.erase(entry);
      --finished;
    } else {
      ++entry;
    }
  }
  if (rotations_.empty()) {
    std::erase_if(ignored_, [&](const auto& file) { return !scan.matched.contains(file.first); });
  }
}

// Each problem is told once, for as long as it lasts.
void Tailer::tell_problems(Scan& scan) {
  for (const std::string& problem : scan.problems) {
    if (!problems_.contains(problem)) scan.sink.warn(problem);
  }
  problems_ = {scan.problems.begin(), scan.problems.end()};
}

}  // namespace fortnight::daemon
