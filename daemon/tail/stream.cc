#include "daemon/tail/stream.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fortnight::daemon {
namespace {

// Distances before the last line of a piece at which checkpoints are set within the piece.
constexpr std::array<std::size_t, 4> kCheckpointDistances = {64 << 10, 8 << 10, 1 << 10, 128};

// Maximum NULs examined in one step; other work of the thread runs between steps.
constexpr std::size_t kNulsAtOnce = std::size_t{4} << 20;

// The first bytes of a file, without unread trailing NULs, which the writer may still replace.
std::string trimmed_head(std::string head, std::uint64_t offset) {
  const std::size_t read = std::min<std::uint64_t>(offset, head.size());
  head.resize(std::max(read, head.find_last_not_of('\0') + 1));
  return head;
}

// Appends `bytes` to `window` and keeps the last kTraceBytes.
void slide(std::string& window, std::string_view bytes) {
  if (bytes.size() > kTraceBytes) bytes.remove_prefix(bytes.size() - kTraceBytes);
  window.append(bytes);
  if (window.size() > kTraceBytes) window.erase(0, window.size() - kTraceBytes);
}

}  // namespace

TailStream::TailStream(std::string key, TailPosition position, std::unique_ptr<TailFile> file,
                       Evidence evidence, std::size_t max_line_bytes)
    : key_(std::move(key)),
      position_(std::move(position)),
      file_(std::move(file)),
      max_line_bytes_(max_line_bytes),
      read_to_(position_.offset),
      head_(trimmed_head(std::move(evidence.head), read_to_)),
      recent_(evidence.trace),
      trace_(std::move(evidence.trace)) {}

Result<TailStream::Outcome> TailStream::read(TailSink& sink) {
  FORTNIGHT_ASSIGN(const bool there, file_->approach(read_to_));
  if (!there) return Outcome::more;
  if (!framer_) {
    framer_.emplace(max_line_bytes_, read_to_);
    if (position_.skipping) framer_->resume_skipping();
  }
  const std::span<char> space = framer_->space();
  FORTNIGHT_ASSIGN(const std::size_t count, file_->read(read_to_, space));
  FORTNIGHT_ASSIGN(const bool same, unchanged());
  if (!same) return Outcome::changed;
  // Damage of a compressed file shows in the read behind the last good bytes.
  const bool more = count == space.size() || (count > 0 && !file_->mutable_content());
  std::string_view bytes(space.data(), count);
  if (bytes.starts_with('\0') && framer_->pending() == 0 && !framer_->skipping()) {
    return pass_nuls();
  }
  // Trailing NULs may be space that the writer has reserved and will overwrite.
  const std::size_t text = bytes.find_last_not_of('\0') + 1;
  if (text > 0 || !more) bytes = bytes.substr(0, text);
  framer_->filled(bytes.size());
  if (!bytes.empty()) {
    sink.reading(position_.path);
    while (const auto line = framer_->next()) sink.line(*line);
    advance(bytes, sink);
  }
  if (framer_->pending() == 0 && !framer_->skipping()) framer_.reset();
  return more ? Outcome::more : Outcome::end;
}

void TailStream::take_last(TailSink& sink) {
  if (!framer_) return;
  sink.reading(position_.path);
  if (const auto line = framer_->last()) sink.line(*line);
  position_.add_checkpoint({position_.offset, position_.trace_hash}, read_to_);
  position_.skipping = false;
  position_.offset = read_to_;
  trace_ = recent_;
  position_.head_hash = evidence_hash(
      std::string_view(head_).substr(0, std::min<std::uint64_t>(read_to_, kHeadBytes)));
  position_.trace_hash = evidence_hash(trace_);
  framer_.reset();
}

Result<bool> TailStream::unchanged() {
  if (!file_->mutable_content()) return true;
  std::array<char, kHeadBytes> buffer;
  const auto holds = [&](std::uint64_t offset, const std::string& expected) -> Result<bool> {
    const std::span<char> space = std::span(buffer).first(expected.size());
    FORTNIGHT_ASSIGN(const std::size_t count, file_->read(offset, space));
    return std::string_view(space.data(), count) == expected;
  };
  FORTNIGHT_ASSIGN(const bool same_end, holds(read_to_ - recent_.size(), recent_));
  if (!same_end) return false;
  return holds(0, head_);
}

void TailStream::look_at_head() {
  if (head_.size() == kHeadBytes || !file_->mutable_content()) return;
  std::string head(kHeadBytes, '\0');
  const auto count = file_->read(0, head);
  if (!count || *count <= head_.size()) return;
  head.resize(*count);
  head = trimmed_head(std::move(head), read_to_);
  if (head.size() <= head_.size()) return;
  // If the bytes differ, unchanged() reports it.
  if (head.starts_with(head_)) head_ = std::move(head);
}

// Skips NULs before a line. A writer that continues at its old offset after a truncation leaves
// them, mostly as a hole, which isn't read. NULs up to the end of the file are kept pending: the
// writer may have reserved the space and overwrite it.
Result<TailStream::Outcome> TailStream::pass_nuls() {
  framer_.reset();
  std::string buffer(64 << 10, '\0');
  nuls_to_ = std::max(nuls_to_, read_to_);
  for (std::size_t done = 0; done < kNulsAtOnce; done += buffer.size()) {
    nuls_to_ = file_->data_from(nuls_to_);
    FORTNIGHT_ASSIGN(const std::size_t count, file_->read(nuls_to_, buffer));
    const std::string_view bytes = std::string_view(buffer).substr(0, count);
    const std::size_t text = bytes.find_first_not_of('\0');
    if (text != std::string_view::npos) {
      FORTNIGHT_TRY(jump(nuls_to_ + text));
      return Outcome::more;
    }
    if (count < buffer.size()) {
      nuls_to_ = 0;  // the writer may write anywhere into them
      return Outcome::end;
    }
    nuls_to_ += count;
  }
  return Outcome::more;
}

// Continues at the beginning of a later line.
Result<void> TailStream::jump(std::uint64_t offset) {
  std::string head(std::min<std::uint64_t>(offset, kHeadBytes), '\0');
  FORTNIGHT_TRY(file_->read(0, head));
  std::string trace(std::min<std::uint64_t>(offset, kTraceBytes), '\0');
  FORTNIGHT_TRY(file_->read(offset - trace.size(), trace));
  position_.add_checkpoint({position_.offset, position_.trace_hash}, offset);
  head_ = std::move(head);
  recent_ = trace_ = std::move(trace);
  read_to_ = position_.offset = offset;
  position_.head_hash = evidence_hash(head_);
  position_.trace_hash = evidence_hash(trace_);
  nuls_to_ = 0;
  return {};
}

// `bytes` were read at read_to_ and their lines delivered: moves the position after the last line.
void TailStream::advance(std::string_view bytes, TailSink& sink) {
  if (head_.size() < kHeadBytes && read_to_ <= head_.size()) {
    head_.resize(read_to_);
    head_.append(bytes.substr(0, kHeadBytes - head_.size()));
  }
  const std::uint64_t offset = framer_->offset();
  if (offset > position_.offset) {
    position_.add_checkpoint({position_.offset, position_.trace_hash}, offset);
    add_checkpoints(bytes, offset);
    // The new offset lies within `bytes`: after an LF, or in an overlong line.
    trace_ = recent_;
    slide(trace_, bytes.substr(0, offset - read_to_));
    position_.offset = offset;
    position_.skipping = framer_->skipping();
    position_.head_hash = evidence_hash(
        std::string_view(head_).substr(0, std::min<std::uint64_t>(offset, kHeadBytes)));
    position_.trace_hash = evidence_hash(trace_);
    if (const auto info = file_->info()) position_.modified_ns = info->modified_ns;
    sink.position(key_, position_.encode());
  }
  slide(recent_, bytes);
  read_to_ += bytes.size();
}

// Sets checkpoints at line ends within `bytes` whose preceding bytes are available.
void TailStream::add_checkpoints(std::string_view bytes, std::uint64_t offset) {
  const std::size_t end = offset - read_to_;
  for (const std::size_t distance : kCheckpointDistances) {
    if (distance >= end) continue;
    const std::size_t lf = bytes.rfind('\n', end - distance);
    if (lf == std::string_view::npos) continue;
    const std::size_t at = lf + 1;
    const std::size_t trace = std::min<std::uint64_t>(read_to_ + at, kTraceBytes);
    if (at < trace || at >= end) continue;
    position_.add_checkpoint({read_to_ + at, evidence_hash(bytes.substr(at - trace, trace))},
                             offset);
  }
}

}  // namespace fortnight::daemon
