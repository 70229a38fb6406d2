// What a file is to a tailer that meets it: one it knows, a copy of one it knows, or a new one.
#include <algorithm>
#include <array>
#include <utility>

#include "daemon/tail/names.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {
namespace {

// Whether the shorter file's first and last bytes are those of the other at the same places.
bool is_prefix(TailFile& shorter, std::uint64_t size, TailFile& longer) {
  const auto same = [&](std::uint64_t from, std::size_t count) {
    std::array<char, kHeadBytes> a;
    std::array<char, kHeadBytes> b;
    const auto read_a = shorter.read(from, std::span(a).first(count));
    const auto read_b = longer.read(from, std::span(b).first(count));
    return read_a && read_b && *read_a == count && *read_b == count &&
           std::equal(a.begin(), a.begin() + count, b.begin());
  };
  const std::size_t head = std::min<std::uint64_t>(size, kHeadBytes);
  const std::size_t trace = std::min<std::uint64_t>(size, kTraceBytes);
  return same(0, head) && same(size - trace, trace);
}

// Where the last line that has its LF ends; nothing where there is none in the last `most` bytes.
storage::Result<std::optional<std::uint64_t>> last_line_end(TailFile& file, std::uint64_t size,
                                                            std::uint64_t most) {
  std::array<char, 64 << 10> buffer;
  const std::uint64_t least = size - std::min(size, most);
  for (std::uint64_t end = size; end > least;) {
    const std::uint64_t begin = end - std::min<std::uint64_t>(end - least, buffer.size());
    FORTNIGHT_ASSIGN(const std::size_t count,
                     file.read(begin, std::span(buffer).first(end - begin)));
    const std::size_t found = std::string_view(buffer.data(), count).rfind('\n');
    if (found != std::string_view::npos) return std::optional(begin + found + 1);
    end = begin;
  }
  return least == 0 ? std::optional<std::uint64_t>(0) : std::nullopt;
}

storage::Result<Evidence> evidence_at(TailFile& file, std::uint64_t offset) {
  Evidence evidence;
  evidence.head.resize(std::min<std::uint64_t>(offset, kHeadBytes));
  evidence.trace.resize(std::min<std::uint64_t>(offset, kTraceBytes));
  FORTNIGHT_TRY(file.read(0, evidence.head));
  FORTNIGHT_TRY(file.read(offset - evidence.trace.size(), evidence.trace));
  return evidence;
}

// Evidence of an open file to compare others with: up to where it was read, or, where nothing was
// yet, of what stands there to be read.
TailPosition present_position(TailStream& stream) {
  TailPosition position = stream.position();
  const auto info = stream.file().info();
  if (position.offset > 0 || !info || !stream.file().mutable_content()) return position;
  const std::uint64_t offset = std::min<std::uint64_t>(info->size, config::kMiB);
  const auto evidence = evidence_at(stream.file(), offset);
  if (!evidence) return position;
  position.offset = offset;
  position.head_hash = evidence_hash(evidence->head);
  position.trace_hash = evidence_hash(evidence->trace);
  return position;
}

}  // namespace

// `path` is the name that it is tailed by: not its own where it is a sibling of a rotated name.
void Tailer::take(Scan& scan, const ListedFile& file, const std::string& path) {
  if (is_open(file.info.id)) return;
  if (const auto ignored = ignored_.find(file.info.id);
      ignored != ignored_.end() && ignored->second.info == file.info &&
      (!ignored->second.unfinished || scan.now - ignored->second.since < options_.search)) {
    return;
  }
  auto opened = TailFile::open(file.path);
  if (!opened) {
    // One that went since it was listed is no problem: the next scan sees what became of it.
    if (opened.error().code != storage::ErrorCode::not_found) {
      scan.problems.push_back(opened.error().message);
    }
    return;
  }
  const auto info = (*opened)->info();
  if (!info || info->id != file.info.id) return;  // replaced a moment ago: the next scan sees it
  if (take_by_id(scan, file, *opened) || take_by_content(scan, file, *opened)) return;
  start(scan, file, path, std::move(*opened));
}

bool Tailer::take_by_id(Scan& scan, const ListedFile& file, std::unique_ptr<TailFile>& opened) {
  auto& entries = ledger_.entries();
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    TailPosition& position = entry->position;
    if (position.file != file.info.id) continue;
    const bool whole = !opened->mutable_content() || position.offset == file.info.size;
    if (position.finished && whole && position.modified_ns == file.info.modified_ns) return true;
    auto comparison = compare(*opened, position);
    if (!comparison) {
      scan.problems.push_back(file.path + ": " + comparison.error().message);
      return true;
    }
    if (comparison->match == Match::same) {
      resume(scan, entry, file, std::move(opened), std::move(comparison->evidence));
      return true;
    }
    position.file = {};  // another file has its inode now
  }
  return false;
}

bool Tailer::take_by_content(Scan& scan, const ListedFile& file,
                             std::unique_ptr<TailFile>& opened) {
  if (copies_open_file(file, *opened)) {
    ignored_[file.info.id] = {file.info, scan.now, false};
    return true;
  }
  auto& entries = ledger_.entries();
  auto best = entries.end();
  Evidence evidence;
  for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
    const TailPosition& position = entry->position;
    if (position.offset == 0 || directory_of(position.path) != directory_of(file.path) ||
        !is_rotated_name(file_name_of(position.path), file_name_of(file.path))) {
      continue;
    }
    auto comparison = compare(*opened, position);
    if (!comparison) continue;
    if (comparison->match == Match::shorter && ignore_unfinished(scan, file, *opened)) return true;
    if (comparison->match != Match::same) continue;
    if (best != entries.end() && best->position.offset >= position.offset) continue;
    best = entry;
    evidence = std::move(comparison->evidence);
  }
  if (best == entries.end()) return false;
  if (best->position.finished) {
    // The original may still stand beside its copy: the copy has a position of its own.
    entries.push_back({ledger_.new_key(), best->position});
    best = std::prev(entries.end());
  }
  resume(scan, best, file, std::move(opened), std::move(evidence));
  return true;
}

// A copy of what is being read: of all that was read so far, or a shorter one that is being made.
bool Tailer::copies_open_file(const ListedFile& file, TailFile& opened) {
  return std::any_of(streams_.begin(), streams_.end(), [&](const auto& open) {
    const TailPosition position = present_position(open->stream);
    if (position.offset == 0 || directory_of(position.path) != directory_of(file.path) ||
        !is_rotated_name(file_name_of(position.path), file_name_of(file.path))) {
      return false;
    }
    const auto comparison = compare(opened, position);
    if (!comparison || comparison->match == Match::different) return false;
    if (comparison->match == Match::same) return true;
    return opened.mutable_content() ? is_prefix(opened, file.info.size, open->stream.file())
                                    : opened.cut_off();
  });
}

// A compressed file that is still being written can't be told from a copy. It is waited for; where
// nothing comes, what there is counts.
bool Tailer::ignore_unfinished(Scan& scan, const ListedFile& file, const TailFile& opened) {
  if (opened.mutable_content() || !opened.cut_off()) return false;
  const auto known = ignored_.find(file.info.id);
  if (known != ignored_.end() && known->second.info == file.info) return false;  // waited enough
  ignored_[file.info.id] = {file.info, scan.now, true};
  return true;
}

void Tailer::start(Scan& scan, const ListedFile& file, const std::string& path,
                   std::unique_ptr<TailFile> opened) {
  TailPosition position;
  position.file = file.info.id;
  position.path = path;
  position.modified_ns = file.info.modified_ns;
  std::string key = ledger_.new_key();
  Evidence evidence;
  const bool at_end = options_.from == config::TailFrom::end && first_scan_ && !ledger_.started();
  if (at_end && !opened->mutable_content()) {
    position.finished = true;  // compressed: it was there before the start
    scan.sink.position(key, position.encode());
    ledger_.add({std::move(key), std::move(position)});
    return;
  }
  if (at_end) {
    const auto end = last_line_end(*opened, file.info.size, options_.max_line_bytes);
    if (!end) return scan.problems.push_back(file.path + ": " + end.error().message);
    position.offset = end->value_or(file.info.size);
    position.skipping = !end->has_value();
    auto found = evidence_at(*opened, position.offset);
    if (!found) return scan.problems.push_back(file.path + ": " + found.error().message);
    evidence = std::move(*found);
  }
  position.head_hash = evidence_hash(evidence.head);
  position.trace_hash = evidence_hash(evidence.trace);
  // Kept before any line is: a file that is rotated away after a kill is still known by its inode.
  scan.sink.position(key, position.encode());
  scan.sink.note(file.path + ": reading from byte " + std::to_string(position.offset));
  open(scan, std::move(key), std::move(position), std::move(opened), std::move(evidence));
}

void Tailer::resume(Scan& scan, Entry entry, const ListedFile& file,
                    std::unique_ptr<TailFile> opened, Evidence evidence) {
  TailPosition position = std::move(entry->position);
  position.file = file.info.id;
  position.finished = false;
  std::string key = std::move(entry->key);
  ledger_.entries().erase(entry);
  open(scan, std::move(key), std::move(position), std::move(opened), std::move(evidence));
}

void Tailer::open(Scan& scan, std::string key, TailPosition position,
                  std::unique_ptr<TailFile> file, Evidence evidence) {
  const auto there = file_info(position.path);
  const bool rotated = !there || there->id != position.file;
  // A rotated file comes before the present one of its name.
  auto place = streams_.end();
  if (rotated) {
    place = std::find_if(streams_.begin(), streams_.end(), [&](const auto& other) {
      return !other->rotated && other->stream.position().path == position.path;
    });
  }
  TailStream stream(std::move(key), std::move(position), std::move(file), std::move(evidence),
                    options_.max_line_bytes);
  streams_.insert(place,
                  std::unique_ptr<Open>(new Open{std::move(stream), rotated, false, scan.now}));
}

}  // namespace fortnight::daemon
