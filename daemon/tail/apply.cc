// Applies the decision about a file.
#include <algorithm>
#include <array>
#include <utility>

#include "daemon/tail/names.h"
#include "daemon/tail/tailer.h"

namespace fortnight::daemon {
namespace {

// The end of the last line with an LF; nothing if there is none in the last `most` bytes.
Result<std::optional<std::uint64_t>> last_line_end(TailFile& file, std::uint64_t size,
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

Result<Evidence> evidence_at(TailFile& file, std::uint64_t offset) {
  Evidence evidence;
  evidence.head.resize(std::min<std::uint64_t>(offset, kHeadBytes));
  evidence.trace.resize(std::min<std::uint64_t>(offset, kTraceBytes));
  FORTNIGHT_TRY(file.read(0, evidence.head));
  FORTNIGHT_TRY(file.read(offset - evidence.trace.size(), evidence.trace));
  return evidence;
}

void set_evidence(TailPosition& position, const Evidence& evidence) {
  position.head_hash =
      evidence_hash(std::string_view(evidence.head)
                        .substr(0, std::min<std::uint64_t>(position.offset, kHeadBytes)));
  position.trace_hash = evidence_hash(evidence.trace);
  std::erase_if(position.checkpoints,
                [&](const Checkpoint& one) { return one.offset >= position.offset; });
}

}  // namespace

TailDecision Tailer::described(const Identification& one, const Decision& decision) const {
  TailDecision why{wall_now(),       one.candidate.file.path, {},
                   decision.verdict, decision.reason,         decision.offset};
  if (decision.known) {
    const TailPosition& known = one.relatives[*decision.known].position;
    why.matched = known.path;
    why.had_read = known.offset;
  }
  const bool first = first_scan_ && !ledger_.started() && decision.verdict == Verdict::start;
  if (first && decision.reason == Reason::matched_new) why.reason = Reason::first_start;
  return why;
}

void Tailer::keep_decision(TailDecision decision) {
  std::erase_if(decisions_, [&](const TailDecision& one) { return one.repeats(decision); });
  decisions_.push_back(std::move(decision));
  if (decisions_.size() > kDecisions) decisions_.pop_front();
}

const TailDecision* Tailer::decision_about(const std::string& file) const {
  const auto found = std::find_if(decisions_.rbegin(), decisions_.rend(),
                                  [&](const TailDecision& one) { return one.file == file; });
  return found == decisions_.rend() ? nullptr : &*found;
}

void Tailer::apply(Identification& one, const Decision& decision, Time now, TailSink& sink) {
  TailDecision why = described(one, decision);
  const FileInfo& info = one.probe.info();
  if (decision.verdict != Verdict::held && decision.verdict != Verdict::wait) {
    disown_others(info.id, decision.known ? one.relatives[*decision.known].key : "", now, sink);
  }
  switch (decision.verdict) {
    case Verdict::resume:
      resume(one, decision, std::move(why), now, sink);
      break;
    case Verdict::settled:
      keep_decision(std::move(why));
      settle(one, decision, sink);
      break;
    case Verdict::start:
      start(one, std::move(why), now, sink);
      break;
    case Verdict::held:
    case Verdict::wait:
    case Verdict::leave:
      keep_decision(std::move(why));
      park(one, decision, now);
      break;
  }
  const bool answers = decision.verdict == Verdict::resume || decision.verdict == Verdict::settled;
  for (const std::size_t lost : decision.settles) {
    if (answers) settle_lost(one.relatives[lost].key, nullptr, sink);
  }
}

// Separates entries of earlier files from an inode that now belongs to another file. They are lost
// from here on: a file that is identified next may be a copy of one.
void Tailer::disown_others(const FileId& id, const std::string& key, Time now, TailSink& sink) {
  for (const auto& entry : ledger_.all_of_file(id)) {
    if (entry->key == key) continue;
    ledger_.disown(entry);
    sink.position(entry->key, entry->position.encode());
    if (entry->position.finished) continue;
    search_for(*entry, now);
    disowned_ = true;
  }
}

void Tailer::park(const Identification& one, const Decision& decision, Time now) {
  Parked parked{decision.verdict, one.probe.info(), now, generation_, {}, 0};
  if (decision.verdict == Verdict::held) {
    parked.key = one.relatives[*decision.known].key;
    // Of a compressed file, the end may lie behind the part that was read.
    parked.upto = one.probe.content().length.value_or(one.probe.info().size);
  }
  parked_[parked.info.id] = std::move(parked);
}

void Tailer::resume(Identification& one, const Decision& decision, TailDecision why, Time now,
                    TailSink& sink) {
  keep_decision(why);
  const Relative& relative = one.relatives[*decision.known];
  TailPosition position = relative.position;
  std::string key = relative.key;
  if (OpenFile* replaced = key.empty() ? nullptr : open_.find_key(key)) {
    if (!replaced->stream.file().mutable_content()) --compressed_;
    open_.remove(*open_.group(position.path), *replaced);
  } else if (const auto entry = key.empty() ? std::nullopt : ledger_.find(key)) {
    const bool moved = !(*entry)->position.finished || relative.facts.same_file;
    // The original of a copy may still exist, so the copy gets its own position.
    if (moved) {
      ledger_.take(*entry);
      searches_.erase(key);
    } else {
      key = ledger_.new_key();
    }
  } else {
    key = ledger_.new_key();
    position.path = one.candidate.path;
  }
  auto file = one.probe.release();
  position.file = one.probe.info().id;
  if (one.candidate.file.path == position.path) position.target = target_of(position.path);
  position.finished = position.copy = false;
  position.modified_ns = one.probe.info().modified_ns;
  if (position.offset != decision.offset) position.skipping = false;
  position.offset = decision.offset;
  Evidence evidence;
  evidence.head = one.probe.content().head;
  const auto trace = one.probe.content().traces.find(position.offset);
  if (trace != one.probe.content().traces.end()) evidence.trace = trace->second;
  set_evidence(position, evidence);
  if (one.candidate.file.path != position.path) {
    sink.note(position.path + ": continues at byte " + std::to_string(position.offset) + " in " +
              one.candidate.file.path + " (" + std::string(reason_text(decision.reason)) + ")");
  }
  sink.position(key, position.encode());
  open(std::move(key), std::move(position), std::move(file), std::move(evidence),
       one.candidate.file.path, std::move(why), now);
}

// All content has been read. The file is remembered, so that it isn't probed again.
void Tailer::settle(Identification& one, const Decision& decision, TailSink& sink) {
  const Relative& relative = one.relatives[*decision.known];
  const FileInfo& info = one.probe.info();
  if (relative.facts.lost && decision.reason == Reason::nothing_more &&
      open_.find_key(relative.key) == nullptr) {
    return settle_lost(relative.key, &info, sink);
  }
  if (const auto entry = ledger_.find(relative.key); entry && relative.facts.same_file) {
    TailPosition& position = (*entry)->position;
    position.size = info.size;
    position.modified_ns = info.modified_ns;
    return sink.position(relative.key, position.encode());
  }
  if (const auto search = searches_.find(relative.key); search != searches_.end()) {
    search->second.quiet = true;
  }
  TailPosition position = relative.position;
  position.file = info.id;
  position.size = info.size;
  position.modified_ns = info.modified_ns;
  if (position.path.empty()) position.path = one.candidate.path;
  position.finished = position.copy = true;
  std::string key = ledger_.new_key();
  sink.position(key, position.encode());
  ledger_.add({std::move(key), std::move(position)});
}

// Ends the search for a lost file. `found`: the file that has its bytes; null if there is none.
void Tailer::settle_lost(const std::string& key, const FileInfo* found, TailSink& sink) {
  const auto entry = ledger_.find(key);
  if (!entry) return;
  ledger_.set_file(*entry, found != nullptr ? found->id : FileId{});
  TailPosition& position = (*entry)->position;
  position.finished = true;
  if (found != nullptr) {
    position.size = found->size;
    position.modified_ns = found->modified_ns;
  }
  sink.position(key, position.encode());
}

void Tailer::start(Identification& one, TailDecision why, Time now, TailSink& sink) {
  const FileInfo& info = one.probe.info();
  const std::string& path = one.candidate.file.path;
  TailPosition position;
  position.file = info.id;
  position.path = one.candidate.path;
  position.target = target_of(position.path);
  position.modified_ns = info.modified_ns;
  std::string key = ledger_.new_key();
  Evidence evidence;
  evidence.head = one.probe.content().head;
  const bool compressed = one.probe.content().compressed;
  auto file = one.probe.release();
  const bool at_end = options_.from == config::TailFrom::end && first_scan_ && !ledger_.started();
  if (at_end) why.reason = Reason::from_end;
  if (at_end && compressed) {
    position.finished = true;  // it existed before the start
    position.size = info.size;
    sink.position(key, position.encode());
    ledger_.add({std::move(key), std::move(position)});
    why.verdict = Verdict::settled;
    return keep_decision(std::move(why));
  }
  const auto fail = [&](const Error& error) {
    new_problems_.push_back(path + ": " + error.message);
  };
  if (at_end) {
    const auto end = last_line_end(*file, info.size, options_.max_line_bytes);
    if (!end) return fail(end.error());
    position.offset = end->value_or(info.size);
    position.skipping = !end->has_value();
    auto found = evidence_at(*file, position.offset);
    if (!found) return fail(found.error());
    evidence = std::move(*found);
  }
  set_evidence(position, evidence);
  // Stored before any line: if the file is rotated after a kill, its inode identifies it.
  sink.position(key, position.encode());
  sink.note(path + ": reading from byte " + std::to_string(position.offset));
  why.offset = position.offset;
  keep_decision(why);
  open(std::move(key), std::move(position), std::move(file), std::move(evidence), path,
       std::move(why), now);
}

void Tailer::open(std::string key, TailPosition position, std::unique_ptr<TailFile> file,
                  Evidence evidence, const std::string& name, TailDecision why, Time now) {
  const auto there = file_info(position.path);
  const bool rotated = !there || there->id != position.file;
  if (!file->mutable_content()) ++compressed_;
  parked_.erase(position.file);
  const std::string path = position.path;
  TailStream stream(std::move(key), std::move(position), std::move(file), std::move(evidence),
                    options_.max_line_bytes);
  open_.add(std::make_unique<OpenFile>(
      OpenFile{std::move(stream), name, rotated, false, now, {}, false, {}, now, std::move(why)}));
  open_.enqueue(*open_.group(path));
}

bool Tailer::resume_shrunk(FileGroup& group, OpenFile& file, Time now, TailSink& sink) {
  const auto info = file.stream.file().info();
  TailPosition position = file.stream.position();
  const auto& checkpoints = position.checkpoints;
  if (!info || info->size == 0 || info->size >= position.offset) return false;
  const auto behind = std::find_if(checkpoints.begin(), checkpoints.end(),
                                   [&](const auto& one) { return one.offset > info->size; });
  if (behind == checkpoints.begin()) return false;
  for (auto one = checkpoints.begin(); one != behind; ++one) {
    const auto evidence = evidence_at(file.stream.file(), one->offset);
    if (!evidence || evidence_hash(evidence->trace) != one->hash) return false;
  }
  position.offset = info->size;
  auto evidence = evidence_at(file.stream.file(), position.offset);
  if (!evidence) return false;
  position.skipping = false;
  set_evidence(position, *evidence);
  sink.warn(position.path + ": its end, from byte " + std::to_string(position.offset) +
            " on, was cut off after it was read");
  std::string key = file.stream.key();
  const std::string name = file.name;
  TailDecision why{wall_now(),
                   name,
                   position.path,
                   Verdict::resume,
                   Reason::end_cut_off,
                   position.offset,
                   file.stream.position().offset};
  keep_decision(why);
  auto content = file.stream.release();
  open_.remove(group, file);
  sink.position(key, position.encode());
  open(std::move(key), std::move(position), std::move(content), std::move(*evidence), name,
       std::move(why), now);
  return true;
}

}  // namespace fortnight::daemon
