#include "daemon/tail/tailer.h"

#include <algorithm>
#include <utility>

#include "daemon/tail/names.h"

namespace fortnight::daemon {

Tailer::Tailer(TailOptions options, const std::map<std::string, std::string>& positions)
    : options_(std::move(options)), ledger_(options_.source, positions) {}

bool Tailer::is_open(const FileId& id) const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [&](const auto& open) { return open->stream.position().file == id; });
}

bool Tailer::read(Time now, TailSink& sink) {
  bool more = false;
  std::vector<std::string> waiting;  // paths of which an older file is to be read first
  for (const auto& open : streams_) {
    if (!sink.ready()) return true;
    const std::string& path = open->stream.position().path;
    if (std::find(waiting.begin(), waiting.end(), path) != waiting.end()) continue;
    const std::uint64_t before = open->stream.read_to();
    const auto outcome = open->stream.read(sink);
    if (!outcome) {
      if (!open->failing) sink.warn(path + ": " + outcome.error().message);
      open->failing = true;
      continue;
    }
    open->failing = false;
    if (open->stream.read_to() != before) open->last_bytes = now;
    if (*outcome == TailStream::Outcome::end) continue;
    if (*outcome == TailStream::Outcome::changed) restart_truncated(*open, now, sink);
    more = more || *outcome == TailStream::Outcome::more;
    waiting.push_back(path);
  }
  if (more) return true;
  std::erase_if(streams_, [&](const auto& open) {
    const bool done = open->rotated && now - open->last_bytes >= options_.quiet;
    if (done) finish(*open, sink);
    return done;
  });
  return false;
}

// What was read is gone from the file: it may stand in a copy, and the file itself begins anew.
void Tailer::restart_truncated(Open& open, Time now, TailSink& sink) {
  TailPosition old = open.stream.position();
  sink.warn(old.path + ": truncated or rewritten after " + std::to_string(open.stream.read_to()) +
            " bytes of it were read; unless a copy is found, what it got after that is missing");
  rotations_.push_back({old.path, old.modified_ns, now + options_.search});
  TailPosition anew;
  anew.file = old.file;
  anew.path = old.path;
  anew.modified_ns = old.modified_ns;
  const std::string old_key = open.stream.key();
  open.stream = TailStream(ledger_.new_key(), std::move(anew), open.stream.release(), {},
                           options_.max_line_bytes);
  open.last_bytes = now;
  if (old.offset > 0) {
    old.file = {};
    searches_[old_key] = now + options_.search;
    ledger_.add({old_key, std::move(old)});
  }
  ignored_.clear();
  wants_scan_ = true;
}

// Rotated away, at its end, and quiet.
void Tailer::finish(Open& open, TailSink& sink) {
  open.stream.take_last(sink);
  TailPosition& position = open.stream.position();
  if (open.stream.file().cut_off()) {
    sink.warn(position.path + ": what a rotation made of it ends in the middle of its compression");
  }
  position.finished = true;
  if (const auto info = open.stream.file().info()) position.modified_ns = info->modified_ns;
  if (position.offset > 0) sink.position(open.stream.key(), position.encode());
  ledger_.add({open.stream.key(), position});
}

}  // namespace fortnight::daemon
