#include "daemon/tail/tailer.h"

#include <algorithm>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "base/time.h"

namespace fortnight::daemon {
namespace {

// Maximum age of the stored time of the last scan while the source delivers lines.
constexpr std::int64_t kLookInterval = 10 * kNsPerSecond;

std::int64_t system_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Tailer::Tailer(TailOptions options, const std::map<std::string, std::string>& positions)
    : options_(std::move(options)), ledger_(options_.source, positions) {}

std::int64_t Tailer::wall_now() const {
  return options_.wall_clock ? options_.wall_clock() : system_now();
}

bool Tailer::read(Time now, TailSink& sink) {
  bool took = false;
  for (;;) {
    if (!sink.ready()) return true;
    const bool probed = advance_probes(now, sink) || identify_deferred(now, sink);
    FileGroup* group = open_.dequeue();
    if (group == nullptr && !probed) break;
    if (group != nullptr && !unidentified_.contains(group->path)) {
      took = read_group(*group, now, sink) || took;
    }
    if (sink.give_way()) break;
  }
  const std::int64_t wall = wall_now();
  // The clock may have been set back since.
  if (took && std::abs(wall - ledger_.last_look().value_or(0)) > kLookInterval) {
    ledger_.note_look(wall, sink);
  }
  return open_.has_work() || !probing_.empty() || has_deferred();
}

// Reads a piece of the group's oldest file that has more. Returns whether there was one.
bool Tailer::read_group(FileGroup& group, Time now, TailSink& sink) {
  bool took = false;
  for (std::size_t i = 0; i < group.files.size(); ++i) {
    OpenFile& file = *group.files[i];
    if (file.at_end && !file.has_changed(now)) continue;
    const auto info = file.stream.file().info();
    const std::uint64_t before = file.stream.read_to();
    const std::uint64_t taken = file.stream.position().offset;
    const auto outcome = info ? file.stream.read(sink) : info.error();
    if (!outcome) {
      file.last_error = outcome.error().message;
      if (!std::exchange(file.failing, true)) sink.warn(file.name + ": " + file.last_error);
      file.at_end = true;
      // Damaged compressed data stays damaged; the bytes before it were read.
      if (outcome.error().code != ErrorCode::corrupt) continue;
      const bool last = group.files.size() == 1;
      finish(group, file, sink);
      if (last) return took;
      --i;
      continue;
    }
    file.failing = false;
    open_.note_head(file);
    if (file.stream.read_to() != before) {
      file.last_bytes = now;
      took = true;
    }
    if (file.stream.position().offset != taken) file.last_line = now;
    if (*outcome == TailStream::Outcome::more) {
      file.at_end = false;
      open_.enqueue(group);
      return took;
    }
    if (*outcome == TailStream::Outcome::changed) {
      changed(group, file, now, sink);
      return took;
    }
    file.reached_end(*info, now);
    // A complete compressed file doesn't grow.
    if (file.stream.file().mutable_content() || file.stream.file().cut_off()) continue;
    const bool last = group.files.size() == 1;
    finish(group, file, sink);
    if (last) return took;
    --i;
  }
  return took;
}

void Tailer::poll(Time now, TailSink& sink) {
  std::vector<std::pair<FileGroup*, OpenFile*>> quiet;
  std::unordered_set<FileGroup*> groups;
  open_.for_each([&](FileGroup& group, OpenFile& file) {
    if (file.has_changed(now)) {
      groups.insert(&group);
      if (!file.head_hash) file.stream.look_at_head();
      open_.note_head(file);
    }
    const bool over = file.rotated || !file.stream.file().mutable_content();
    if (over && file.at_end && !groups.contains(&group) &&
        now - file.last_bytes >= options_.quiet) {
      quiet.emplace_back(&group, &file);
    }
  });
  for (FileGroup* group : groups) open_.enqueue(*group);
  for (const auto& [group, file] : quiet) finish(*group, *file, sink);
}

void Tailer::hint(const std::string& path) {
  FileGroup* group = open_.group(path);
  if (group == nullptr) {
    const auto info = file_info(path);
    if (!info) return;
    if (const OpenFile* open = open_.find(info->id)) {
      group = open_.group(open->stream.position().path);
    } else {
      wants_scan_ = wants_scan_ || parked_.contains(info->id) || ledger_.of_file(info->id);
      return;
    }
  }
  for (const auto& file : group->files) file->at_end = false;
  open_.enqueue(*group);
}

// Handles a file whose read bytes are no longer in it.
void Tailer::changed(FileGroup& group, OpenFile& file, Time now, TailSink& sink) {
  ++generation_;
  std::erase_if(parked_, [](const auto& one) { return one.second.verdict != Verdict::start; });
  wants_scan_ = true;
  if (file.rotated || !file.stream.file().mutable_content()) return lose(group, file, now, sink);
  if (!resume_shrunk(group, file, now, sink)) restart_truncated(group, file, now, sink);
}

// The old content may be in a copy; the file itself starts again.
void Tailer::restart_truncated(FileGroup& group, OpenFile& file, Time now, TailSink& sink) {
  TailPosition anew;
  anew.file = file.stream.position().file;
  anew.path = file.stream.position().path;
  anew.target = file.stream.position().target;
  anew.modified_ns = file.stream.position().modified_ns;
  const std::string name = file.name;
  const std::uint64_t had_read = file.stream.read_to();
  sink.warn(anew.path + ": truncated or rewritten after " + std::to_string(had_read) +
            " bytes of it were read; unless a copy is found, any later lines of it are missing");
  auto content = file.stream.release();
  lose(group, file, now, sink);
  std::string key = ledger_.new_key();
  sink.position(key, anew.encode());
  TailDecision why{wall_now(), name, anew.path, Verdict::start, Reason::truncated, 0, had_read};
  keep_decision(why);
  open(std::move(key), std::move(anew), std::move(content), {}, name, std::move(why), now);
}

// The read bytes are gone from the file: searches for them among the siblings.
void Tailer::lose(FileGroup& group, OpenFile& file, Time now, TailSink& sink) {
  TailPosition position = file.stream.position();
  std::string key = file.stream.key();
  // A rotated file that was read to its end isn't searched for.
  const bool complete = file.rotated && file.at_end;
  open_.remove(group, file);
  position.file = {};
  position.finished = complete;
  rotate(position, now);
  if (position.offset == 0 || complete) {
    position.finished = true;
    sink.position(key, position.encode());
  } else {
    searches_[key] = {now + options_.search, false};
  }
  ledger_.add({std::move(key), std::move(position)});
}

// The file was read to its end, and no more is expected.
void Tailer::finish(FileGroup& group, OpenFile& file, TailSink& sink) {
  file.stream.take_last(sink);
  TailPosition position = file.stream.position();
  if (file.stream.file().cut_off() && !file.failing) {
    sink.warn(file.name + ": its compressed data is incomplete; the data before the end was read");
  }
  if (!file.stream.file().mutable_content()) --compressed_;
  position.finished = true;
  if (const auto info = file.stream.file().info()) {
    position.modified_ns = info->modified_ns;
    position.size = info->size;
  }
  std::string key = file.stream.key();
  open_.remove(group, file);
  sink.position(key, position.encode());
  ledger_.add({std::move(key), std::move(position)});
}

TailStatus Tailer::status() {
  TailStatus status;
  open_.for_each([&](FileGroup&, OpenFile& file) {
    ++status.files;
    status.rotated += file.rotated ? 1 : 0;
    const auto info = file.stream.file().info();
    if (info && file.stream.file().mutable_content() && info->size > file.stream.read_to()) {
      status.behind_bytes += info->size - file.stream.read_to();
    }
  });
  status.missing = searches_.size();
  return status;
}

std::string_view state_text(TailedFile::State state) {
  switch (state) {
    case TailedFile::State::reading:
      return "reading";
    case TailedFile::State::rotated:
      return "rotated";
    case TailedFile::State::missing:
      return "missing";
    case TailedFile::State::waits:
      return "waits";
    case TailedFile::State::ignored:
      return "ignored";
    case TailedFile::State::finished:
      return "finished";
  }
  return "";
}

std::vector<TailedFile> Tailer::files() {
  using State = TailedFile::State;
  std::vector<TailedFile> files;
  open_.for_each([&](FileGroup&, OpenFile& file) {
    const TailPosition& position = file.stream.position();
    TailedFile& out = files.emplace_back();
    out.state = file.rotated ? State::rotated : State::reading;
    out.file = file.name;
    out.path = position.path;
    out.id = position.file;
    out.offset = position.offset;
    if (const auto info = file.stream.file().info()) {
      out.size = info->size;
      const bool plain = file.stream.file().mutable_content();
      if (plain && info->size > file.stream.read_to()) {
        out.behind_bytes = info->size - file.stream.read_to();
      }
    }
    out.last_line = file.last_line;
    out.last_error = file.last_error;
    out.decision = file.decision;
  });
  for (const auto& [key, search] : searches_) {
    const auto entry = ledger_.find(key);
    if (!entry) continue;
    const TailPosition& position = (*entry)->position;
    TailedFile& out = files.emplace_back();
    out.state = State::missing;
    out.file = out.path = position.path;
    out.id = position.file;
    out.offset = position.offset;
    out.size = position.size;
  }
  for (const auto& [path, id] : matches_) {
    if (open_.find(id) != nullptr) continue;
    TailedFile& out = files.emplace_back();
    out.file = out.path = path;
    out.id = id;
    if (const auto info = file_info(path)) out.size = info->size;
    const auto entry = ledger_.of_file(id);
    const auto parked = parked_.find(id);
    if (parked != parked_.end()) {
      out.state = parked->second.verdict == Verdict::wait ? State::waits : State::ignored;
    } else {
      out.state = entry && (*entry)->position.finished ? State::finished : State::waits;
    }
    if (entry) out.offset = (*entry)->position.offset;
    if (const TailDecision* decision = decision_about(path)) out.decision = *decision;
  }
  std::sort(files.begin(), files.end(), [](const TailedFile& a, const TailedFile& b) {
    return std::tie(a.file, a.id) < std::tie(b.file, b.id);
  });
  return files;
}

}  // namespace fortnight::daemon
