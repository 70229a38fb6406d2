// A tailer's scan of the directories: lists files, detects rotations and losses, and chooses the
// files to identify.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/time.h"
#include "config/glob.h"
#include "daemon/find_files.h"
#include "daemon/tail/names.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {
namespace {

// Files may have times up to this much before the clock that recorded the last scan.
constexpr std::int64_t kClockSlack = kNsPerSecond;
// If the clock was set back while the source was stopped, files this old count as made meanwhile:
// reading an old file is better than losing a new one.
constexpr std::int64_t kSetBack = std::int64_t{24} * 3600 * kNsPerSecond;

}  // namespace

bool Tailer::scan(Time now, TailSink& sink) {
  if (!scan_) begin_scan(now, sink);
  while (scan_->next < scan_->candidates.size()) {
    identify(std::move(scan_->candidates[scan_->next++]), now, sink);
    if (sink.give_way()) return true;
  }
  end_scan(sink);
  // An unfinished file that lost its inode to another file is searched for before that file is
  // read.
  return std::exchange(disowned_, false);
}

void Tailer::begin_scan(Time now, TailSink& sink) {
  wants_scan_ = disowned_ = false;
  // Not emplace(): clang 14 takes a nested class with default initialisers for not constructible.
  scan_ = Scan();
  Scan& scan = *scan_;
  scan.now = now;
  new_problems_.clear();
  const std::vector<ListedFile> matches = list_matches(options_.globs, new_problems_);
  matches_.clear();
  for (const ListedFile& file : matches) {
    scan.matched.insert(file.info.id);
    matches_[file.path] = file.info.id;
    if (OpenFile* open = open_.find(file.info.id)) open->name = file.path;
  }
  std::erase_if(rotations_, [&](const Rotation& rotation) { return rotation.until < now; });
  note_rotations(scan);
  note_lost(scan);
  note_directories(matches);
  note_unseen(scan);
  add_candidates(scan, matches);
  if (first_scan_ && ledger_.damaged() > 0) {
    sink.warn(options_.source + ": " + std::to_string(ledger_.damaged()) +
              " damaged positions; their files are read from the start");
  }
  if (first_scan_) {
    for (const std::string& pattern : unmatched(options_.globs, matches)) {
      sink.note(pattern + ": no file matches yet");
    }
  }
}

void Tailer::end_scan(TailSink& sink) {
  const Scan& scan = *scan_;
  give_up_lost(sink, scan.now);
  forget_gone(sink);
  if (rotations_.empty()) {
    std::erase_if(parked_, [&](const auto& file) { return !scan.matched.contains(file.first); });
  }
  tell_problems(sink);
  if (first_scan_) {
    // Where the end was at the very first start can't be found again.
    const bool skipped_to_end = options_.from == config::TailFrom::end && !ledger_.started();
    ledger_.note_look(wall_now(), sink);
    if (skipped_to_end) sink.checkpoint();
  }
  first_scan_ = false;
  last_scan_ = scan.now;
  scan_.reset();
}

void Tailer::forget_gone(TailSink& sink) {
  if (!ledger_.may_forget()) return;
  std::unordered_set<FileId, FileIdHash> present = scan_->matched;
  std::set<std::string> directories;
  for (const LedgerEntry& entry : ledger_.entries()) {
    directories.insert(directory_of(entry.position.path));
  }
  for (const std::string& directory : directories) {
    for (const ListedFile& file : scan_->siblings.in(directory)) present.insert(file.info.id);
  }
  ledger_.forget_gone(present, sink);
}

// The directories in or below which the patterns' files lie, and those of the files.
void Tailer::note_directories(const std::vector<ListedFile>& matches) {
  std::set<std::string> directories;
  for (const std::string& pattern : options_.globs) {
    const auto glob = config::Glob::parse(pattern);
    if (!std::holds_alternative<config::Glob>(glob)) continue;
    const std::vector<std::string> bases = base_directories(std::get<config::Glob>(glob));
    directories.insert(bases.begin(), bases.end());
  }
  for (const ListedFile& file : matches) directories.insert(directory_of(file.path));
  open_.for_each([&](FileGroup&, OpenFile& file) {
    const std::string& target = file.stream.position().target;
    if (!target.empty()) directories.insert(directory_of(target));
  });
  for (const Rotation& rotation : rotations_) directories.insert(directory_of(rotation.beside));
  directories_ = {directories.begin(), directories.end()};
}

// The lowest modification time of files made after one with `modified_ns` was last seen. The wall
// clock may have been set back since; the steady clock limits by how much that matters.
std::int64_t Tailer::earliest_since(std::int64_t modified_ns, Time now) const {
  const std::int64_t wall = wall_now();
  if (last_scan_) {
    const std::chrono::nanoseconds passed = now - *last_scan_;
    return std::min(modified_ns, wall - passed.count() - kClockSlack);
  }
  const bool set_back = wall < std::max(modified_ns, ledger_.last_look().value_or(modified_ns));
  return set_back ? std::min(modified_ns, wall - kSetBack) : modified_ns;
}

void Tailer::rotate(const TailPosition& position, Time now) {
  const Time until = now + options_.search;
  const std::int64_t since = earliest_since(position.modified_ns, now);
  rotations_.push_back({position.path, position.path, since, until});
  if (!position.target.empty()) {
    rotations_.push_back({position.path, position.target, since, until});
  }
  ++generation_;
}

void Tailer::note_rotations(const Scan& scan) {
  std::vector<FileGroup*> groups;
  open_.for_each([&](FileGroup& group, OpenFile& file) {
    const TailPosition& position = file.stream.position();
    FileId there;
    if (const auto match = matches_.find(position.path); match != matches_.end()) {
      there = match->second;
    } else {
      const auto info = file_info(position.path);
      // Nothing is concluded if the state can't be determined (no permission).
      if (!info && info.error().code != ErrorCode::not_found) return;
      if (info) there = info->id;
    }
    const bool rotated = there != position.file;
    if (rotated == file.rotated) return;
    file.rotated = rotated;
    file.last_bytes = scan.now;
    groups.push_back(&group);
    if (rotated) rotate(position, scan.now);
  });
  for (FileGroup* group : groups) open_.reorder(*group);
}

// Starts a search for unfinished files that are no longer at their path.
void Tailer::note_lost(const Scan& scan) {
  lost_by_head_.clear();
  lost_short_.clear();
  for (const LedgerEntry& entry : ledger_.entries()) {
    const TailPosition& position = entry.position;
    if (position.finished || scan.matched.contains(position.file)) continue;
    if (const auto there = file_info(position.path)) {
      if (there->id == position.file) continue;  // still there, but no pattern matches it now
    } else if (there.error().code != ErrorCode::not_found) {
      continue;
    }
    search_for(entry, scan.now);
  }
}

void Tailer::search_for(const LedgerEntry& entry, Time now) {
  const TailPosition& position = entry.position;
  const auto [search, begun] = searches_.try_emplace(entry.key);
  if (begun) {
    search->second.until = now + options_.search;
    rotate(position, now);
  }
  if (position.offset >= kHeadBytes) {
    lost_by_head_.emplace(position.head_hash, entry.key);
  } else if (position.offset > 0) {
    lost_short_.insert(position.offset);
  }
}

// Files created and rotated away since the last scan: of paths never seen before, siblings that are
// new and modified since then belong to this source.
void Tailer::note_unseen(Scan& scan) {
  const auto looked = ledger_.last_look();
  const std::int64_t since = earliest_since(
      looked && !last_scan_ ? *looked - kClockSlack : std::numeric_limits<std::int64_t>::max(),
      scan.now);
  std::unordered_set<FileId, FileIdHash> present;
  std::set<std::string> unseen;
  for (const std::string& directory : directories_) {
    for (const ListedFile& file : scan.siblings.in(directory)) {
      if (scan.matched.contains(file.info.id)) continue;
      present.insert(file.info.id);
      if (siblings_.contains(file.info.id) || file.info.modified_ns < since) continue;
      for (const std::string& base : base_paths(file.path)) {
        if (base != file.path && !ledger_.has_path(base) && open_.group(base) == nullptr &&
            matches_pattern(options_.globs, base)) {
          unseen.insert(base);
        }
      }
    }
  }
  siblings_ = std::move(present);
  if (!looked) return;
  TailPosition position;
  position.modified_ns = since;
  for (const std::string& path : unseen) {
    position.path = path;
    rotate(position, scan.now);
  }
}

void Tailer::add_candidates(Scan& scan, const std::vector<ListedFile>& matches) {
  // Files with a known inode come first, so that copies of them are recognised; then rotated names
  // come after the names that they are derived from.
  std::vector<const ListedFile*> known;
  std::vector<const ListedFile*> others;
  for (const ListedFile& file : matches) {
    (ledger_.of_file(file.info.id) ? known : others).push_back(&file);
  }
  std::stable_sort(others.begin(), others.end(), [](const ListedFile* a, const ListedFile* b) {
    return file_name_of(a->path).size() < file_name_of(b->path).size();
  });
  for (const auto* files : {&known, &others}) {
    for (const ListedFile* file : *files) {
      add_candidate(scan, {*file, file->path, Claim::matched, false});
    }
  }
  add_siblings(scan);
}

void Tailer::add_siblings(Scan& scan) {
  std::set<std::string> stems;
  // A symbolic link may have moved on while its old target still exists.
  for (const auto& [key, search] : searches_) {
    const auto entry = ledger_.find(key);
    if (!entry) continue;
    const TailPosition& position = (*entry)->position;
    if (position.offset >= kHeadBytes) {
      stems.insert(directory_of(position.path) + "/" +
                   std::string(name_stem(file_name_of(position.path))));
    }
    if (position.target.empty()) continue;
    if (const auto info = file_info(position.target); info && info->regular) {
      add_candidate(scan, {{position.target, *info}, position.path, Claim::none, true});
    }
  }
  // The earliest rotation by the path whose siblings are searched.
  std::map<std::string, const Rotation*> earliest;
  for (const Rotation& rotation : rotations_) {
    const Rotation*& found = earliest[rotation.beside];
    if (found == nullptr || rotation.modified_ns < found->modified_ns) found = &rotation;
  }
  for (const auto& [beside, rotation] : earliest) {
    for (const ListedFile* file : scan.siblings.rotations_of(beside)) {
      if (scan.matched.contains(file->info.id)) continue;
      const bool later = file->info.modified_ns >= rotation->modified_ns;
      const Claim claim = later ? Claim::between : Claim::none;
      add_candidate(scan, {*file, rotation->path, claim, true});
    }
  }
  for (const std::string& stem : stems) {
    for (const ListedFile* file : scan.siblings.with_stem_of(stem)) {
      if (scan.matched.contains(file->info.id)) continue;
      add_candidate(scan, {*file, file->path, Claim::none, true});
    }
  }
}

void Tailer::add_candidate(Scan& scan, Candidate candidate) {
  const FileInfo& info = candidate.file.info;
  if (open_.find(info.id) != nullptr || in_hand_.contains(info.id) ||
      is_parked(candidate.file, scan.now)) {
    return;
  }
  if (const auto entry = ledger_.of_file(info.id)) {
    const TailPosition& position = (*entry)->position;
    const bool whole =
        position.size == info.size ||
        (position.size == 0 && compression_of(candidate.file.path) != Compression::none) ||
        (position.size == 0 && position.offset == info.size);
    if (position.finished && whole && position.modified_ns == info.modified_ns) return;
  }
  if (!scan.queued.insert(info.id).second) return;
  if (candidate.gates) {
    for (const std::string& base : base_paths(candidate.file.path)) ++unidentified_[base];
  }
  scan.candidates.push_back(std::move(candidate));
}

bool Tailer::is_parked(const ListedFile& file, Time now) const {
  const auto found = parked_.find(file.info.id);
  if (found == parked_.end() || found->second.info != file.info) return false;
  const Parked& parked = found->second;
  switch (parked.verdict) {
    case Verdict::held: {
      const OpenFile* open = open_.find_key(parked.key);
      return open != nullptr && open->stream.read_to() < parked.upto;
    }
    case Verdict::wait:
      return now - parked.since < options_.search;
    case Verdict::leave:
      return parked.generation == generation_;
    default:
      return true;  // unreadable
  }
}

void Tailer::give_up_lost(TailSink& sink, Time now) {
  std::vector<std::string> given_up;
  for (const auto& [key, search] : searches_) {
    const auto entry = ledger_.find(key);
    if (!entry || (*entry)->position.finished) {
      given_up.push_back(key);
      continue;
    }
    if (now < search.until && !ledger_.holds(**entry)) continue;
    const TailPosition& position = (*entry)->position;
    if (!search.quiet && !ledger_.holds(**entry)) {
      sink.warn(position.path + ": the file that was read up to byte " +
                std::to_string(position.offset) +
                " was not found; any later lines of it are missing");
    }
    settle_lost(key, nullptr, sink);
    given_up.push_back(key);
  }
  for (const std::string& key : given_up) searches_.erase(key);
}

bool Tailer::is_searching() const {
  return !rotations_.empty() || !searches_.empty() ||
         std::any_of(parked_.begin(), parked_.end(), [](const auto& one) {
           return one.second.verdict == Verdict::held || one.second.verdict == Verdict::wait;
         });
}

// Logs each problem once while it lasts.
void Tailer::tell_problems(TailSink& sink) {
  for (const std::string& problem : new_problems_) {
    if (!problems_.contains(problem)) sink.warn(problem);
  }
  problems_ = {new_problems_.begin(), new_problems_.end()};
}

}  // namespace fortnight::daemon
