#include "daemon/tail/probe.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fortnight::daemon {
namespace {

// Decompressed bytes of one step: a few milliseconds. Other work of the thread runs between steps.
constexpr std::size_t kProbedPiece = std::size_t{1} << 20;

std::uint64_t trace_bytes(std::uint64_t offset) {
  return std::min<std::uint64_t>(offset, kTraceBytes);
}

}  // namespace

Result<Probe> Probe::open(std::unique_ptr<TailFile> file) {
  Probe probe;
  FORTNIGHT_ASSIGN(probe.info_, file->info());
  Content& content = probe.content_;
  content.compressed = !file->mutable_content();
  content.head.resize(kHeadBytes);
  FORTNIGHT_ASSIGN(const std::size_t count, file->read(0, content.head));
  content.head.resize(count);
  if (content.compressed) {
    if (count < kHeadBytes) content.length = count;
    content.cut_off = file->cut_off();
    probe.read_to_ = count;
    probe.recent_ = content.head;
  } else {
    content.length = probe.info_.size;
  }
  probe.file_ = std::move(file);
  return probe;
}

void Probe::ask(std::set<std::uint64_t> offsets, std::uint64_t limit) {
  offsets_ = std::move(offsets);
  limit_ = limit;
  if (!offsets_.empty()) limit_ = std::max(limit_, *offsets_.rbegin());
}

Result<bool> Probe::step() {
  if (content_.compressed) return read_on();
  FORTNIGHT_TRY(read_plain());
  return true;
}

Result<void> Probe::read_plain() {
  offsets_.insert(*content_.length);
  std::array<char, kTraceBytes> buffer;
  for (const std::uint64_t offset : offsets_) {
    if (offset > *content_.length) break;
    const auto space = std::span(buffer).first(trace_bytes(offset));
    FORTNIGHT_ASSIGN(const std::size_t count, file_->read(offset - space.size(), space));
    if (count < space.size()) {  // it shrank meanwhile
      content_.length = offset - space.size() + count;
      break;
    }
    content_.traces[offset].assign(buffer.data(), count);
  }
  return {};
}

Result<bool> Probe::read_on() {
  const auto note = [&](std::uint64_t offset) {
    const std::uint64_t begin = read_to_ - recent_.size();
    content_.traces[offset] =
        recent_.substr(offset - trace_bytes(offset) - begin, trace_bytes(offset));
  };
  // Offsets within the head, which is already read.
  for (; !offsets_.empty() && *offsets_.begin() <= read_to_; offsets_.erase(offsets_.begin())) {
    if (*offsets_.begin() != 0) note(*offsets_.begin());
  }
  std::string piece;
  for (std::size_t done = 0; done < kProbedPiece && !content_.length && read_to_ <= limit_;) {
    // One byte beyond the limit, which shows whether the file ends there; the reader can step back
    // by it.
    const std::uint64_t next = offsets_.empty() ? limit_ + 1 : *offsets_.begin();
    piece.resize(std::min<std::uint64_t>(next - read_to_, 64 << 10));
    FORTNIGHT_ASSIGN(const std::size_t count, file_->read(read_to_, piece));
    const bool ended = count < piece.size();
    piece.resize(count);
    recent_ += piece;
    if (recent_.size() > 2 * kHeadBytes) recent_.erase(0, recent_.size() - kHeadBytes);
    read_to_ += count;
    done += count;
    if (!offsets_.empty() && *offsets_.begin() == read_to_) {
      note(read_to_);
      offsets_.erase(offsets_.begin());
    }
    if (ended) content_.length = read_to_;
  }
  content_.cut_off = file_->cut_off();
  if (content_.length && *content_.length > 0) note(*content_.length);
  return content_.length.has_value() || read_to_ > limit_;
}

}  // namespace fortnight::daemon
