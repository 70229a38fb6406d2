#include "intake/framing.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/ascii.h"

namespace fortnight::intake {
namespace {

// A gigabyte and less; what is larger than a line may be is skipped.
constexpr std::size_t kMaxCountDigits = 9;

}  // namespace

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
  if (framing_ != Framing::lines) {
    if (framing_ == Framing::undecided) decide();
    if (framing_ == Framing::undecided) return std::nullopt;
    if (framing_ == Framing::octets) return next_counted();
  }
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
  if (skipping_ || broken_ || skip_counted_ != 0 || pending() == 0) return std::nullopt;
  return take(pending(), 0);
}

// Waits for more bytes while those that have come may still be a count.
void LineFramer::decide() {
  if (scanned_ == begin_) skip_nuls();
  const std::string_view text(buffer_.get() + begin_, pending());
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  const bool may_be_count = digits > 0 && digits <= kMaxCountDigits && text[0] != '0';
  if (text.empty() || (may_be_count && digits == text.size())) return;
  if (!may_be_count || text[digits] != ' ') {
    framing_ = Framing::lines;
  } else if (digits + 1 < text.size()) {
    const char first = text[digits + 1];
    framing_ = first == '<' || first == '{' ? Framing::octets : Framing::lines;
  }
}

std::optional<std::uint64_t> LineFramer::read_count() {
  // Some senders end their messages with a line end that they don't count.
  while (begin_ < end_ && (buffer_[begin_] == '\n' || buffer_[begin_] == '\0')) skip(1);
  const std::string_view text(buffer_.get() + begin_, pending());
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && text[i] == ' ') {
      skip(i + 1);
      return count;
    }
    if (!is_digit(text[i]) || i == kMaxCountDigits) {
      broken_ = true;
      return std::nullopt;
    }
    count = count * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  return std::nullopt;
}

std::optional<LineFramer::Line> LineFramer::next_counted() {
  if (skip_counted_ != 0) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(skip_counted_, pending()));
    skip(count);
    skip_counted_ -= count;
    if (skip_counted_ != 0) return std::nullopt;
  }
  if (broken_) return std::nullopt;
  if (!counted_) counted_ = read_count();
  if (!counted_) return std::nullopt;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(*counted_, max_line_));
  if (pending() < wanted) return std::nullopt;
  Line line = take(wanted, 0);
  skip_counted_ = *std::exchange(counted_, std::nullopt) - wanted;
  line.too_long = skip_counted_ != 0;
  const std::size_t text = line.bytes.find_last_not_of(std::string_view("\r\n\0", 3));
  line.bytes = line.bytes.substr(0, text + 1);
  return line;
}

void LineFramer::skip(std::size_t count) {
  begin_ += count;
  offset_ += count;
  scanned_ = begin_;
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
