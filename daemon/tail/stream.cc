#include "daemon/tail/stream.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fortnight::daemon {
namespace {

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
      head_(std::move(evidence.head)),
      recent_(evidence.trace),
      trace_(std::move(evidence.trace)) {}

storage::Result<TailStream::Outcome> TailStream::read(TailSink& sink) {
  if (!framer_) {
    framer_.emplace(max_line_bytes_, read_to_);
    if (position_.skipping) framer_->resume_skipping();
  }
  const std::span<char> space = framer_->space();
  FORTNIGHT_ASSIGN(const std::size_t count, file_->read(read_to_, space));
  FORTNIGHT_ASSIGN(const bool same, unchanged());
  if (!same) return Outcome::changed;

  const std::string_view bytes(space.data(), count);
  framer_->filled(count);
  if (count > 0) {
    while (const auto line = framer_->next()) sink.line(*line);
    advance(bytes, sink);
  }
  if (framer_->pending() == 0 && !framer_->skipping()) framer_.reset();
  return count == space.size() ? Outcome::more : Outcome::end;
}

void TailStream::take_last(TailSink& sink) {
  if (!framer_) return;
  if (const auto line = framer_->last()) sink.line(*line);
  position_.skipping = false;
  position_.offset = read_to_;
  trace_ = recent_;
  position_.head_hash = evidence_hash(head_);
  position_.trace_hash = evidence_hash(trace_);
  framer_.reset();
}

storage::Result<bool> TailStream::unchanged() {
  if (!file_->mutable_content()) return true;
  std::array<char, kHeadBytes> buffer;
  const auto holds = [&](std::uint64_t offset,
                         const std::string& expected) -> storage::Result<bool> {
    const std::span<char> space = std::span(buffer).first(expected.size());
    FORTNIGHT_ASSIGN(const std::size_t count, file_->read(offset, space));
    return std::string_view(space.data(), count) == expected;
  };
  FORTNIGHT_ASSIGN(const bool same_end, holds(read_to_ - recent_.size(), recent_));
  if (!same_end) return false;
  return holds(0, head_);
}

// `bytes` were read at read_to_ and their lines given: moves the position behind the last of them.
void TailStream::advance(std::string_view bytes, TailSink& sink) {
  if (head_.size() < kHeadBytes) head_.append(bytes.substr(0, kHeadBytes - head_.size()));
  const std::uint64_t offset = framer_->offset();
  if (offset > position_.offset) {
    // An LF among these bytes, or a line that is being skipped, moved it: it is within them.
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

}  // namespace fortnight::daemon
