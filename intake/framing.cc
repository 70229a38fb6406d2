#include "intake/framing.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace fortnight::intake {

LineFramer::LineFramer(std::size_t max_line_bytes, std::uint64_t offset, std::size_t read_bytes)
    : max_line_(max_line_bytes), read_bytes_(read_bytes), offset_(offset) {}

std::span<char> LineFramer::space() {
  const std::size_t held = pending();
  // There may be many framers, so a buffer that grew for a long line is released.
  const bool oversized = held == 0 && capacity_ > 2 * read_bytes_;
  if (capacity_ < held + read_bytes_ || oversized) {
    capacity_ = std::max(2 * read_bytes_, held + held / 2 + read_bytes_);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_ + kPadding);
    if (held != 0) std::memcpy(larger.get(), buffer_.get() + begin_, held);
    buffer_ = std::move(larger);
  } else if (capacity_ - end_ < read_bytes_ || held == 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, held);
  } else {
    return {buffer_.get() + end_, capacity_ - end_};
  }
  scanned_ -= begin_;
  begin_ = 0;
  end_ = held;
  return {buffer_.get() + end_, capacity_ - end_};
}

void LineFramer::shrink() {
  const std::size_t held = pending();
  if (capacity_ <= 2 * held) return;
  auto smaller = std::make_unique_for_overwrite<char[]>(held + kPadding);
  if (held != 0) std::memcpy(smaller.get(), buffer_.get() + begin_, held);
  buffer_ = std::move(smaller);
  capacity_ = end_ = held;
  scanned_ -= begin_;
  begin_ = 0;
}

void LineFramer::filled(std::size_t count) { end_ += count; }

std::optional<LineFramer::Line> LineFramer::next() {
  if (skipping_ && !skip_to_line_end()) return std::nullopt;
  if (scanned_ == begin_) skip_nuls();
  if (scanned_ < end_) {
    const char* from = buffer_.get() + scanned_;
    if (const void* lf = std::memchr(from, '\n', end_ - scanned_)) {
      return take(static_cast<const char*>(lf) - (buffer_.get() + begin_), 1);
    }
  }
  scanned_ = end_;
  // One byte more than the limit may be the CR of a line of maximum length.
  if (pending() > max_line_ + 1) return give_up();
  return std::nullopt;
}

std::optional<LineFramer::Line> LineFramer::last() {
  if (skipping_ || pending() == 0) return std::nullopt;
  return take(pending(), 0);
}

LineFramer::Line LineFramer::take(std::size_t length, std::size_t terminator) {
  offset_ += std::exchange(nuls_, 0);
  Line line;
  line.bytes = {buffer_.get() + begin_, length};
  line.offset = offset_;
  begin_ += length + terminator;
  offset_ += length + terminator;
  scanned_ = begin_;
  line.end = offset_;
  if (line.bytes.ends_with('\r')) line.bytes.remove_suffix(1);
  if (line.bytes.size() > max_line_) {
    line.too_long = true;
    line.bytes = line.bytes.substr(0, max_line_);
  }
  return line;
}

void LineFramer::skip_nuls() {
  while (begin_ < end_ && buffer_[begin_] == '\0') {
    ++begin_;
    ++nuls_;
  }
  scanned_ = begin_;
}

LineFramer::Line LineFramer::give_up() {
  Line line = take(pending(), 0);
  line.too_long = true;
  line.bytes = line.bytes.substr(0, max_line_);
  skipping_ = true;
  return line;
}

// Returns whether the LF was found.
bool LineFramer::skip_to_line_end() {
  const std::size_t held = pending();
  const void* lf = held == 0 ? nullptr : std::memchr(buffer_.get() + begin_, '\n', held);
  const std::size_t skipped =
      lf == nullptr ? held : static_cast<const char*>(lf) + 1 - (buffer_.get() + begin_);
  begin_ += skipped;
  offset_ += skipped;
  scanned_ = begin_;
  skipping_ = lf == nullptr;
  return !skipping_;
}

}  // namespace fortnight::intake
