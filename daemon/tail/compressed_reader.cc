#include "daemon/tail/compressed_reader.h"

#include <algorithm>
#include <string>

namespace fortnight::daemon {
namespace {

// Decompressed bytes of one step: a few milliseconds. Other work of the thread runs between steps.
constexpr std::size_t kSkippedPiece = std::size_t{1} << 20;

}  // namespace

CompressedReader::CompressedReader(const Descriptor& file, const Codec& codec)
    : file_(file), codec_(codec), decoder_(codec.make()) {}

void CompressedReader::restart() {
  decoder_->reset();
  input_ = {};
  input_offset_ = 0;
  produced_ = 0;
  last_.clear();
  members_ = 0;
  within_member_ = false;
  ended_ = false;
}

Result<std::size_t> CompressedReader::read(std::uint64_t offset, std::span<char> out) {
  for (;;) {
    FORTNIGHT_ASSIGN(const bool there, approach(offset));
    if (there) break;
  }
  if (produced_ < offset) return std::size_t{0};
  std::size_t done = std::min<std::uint64_t>(produced_ - offset, out.size());
  last_.copy(out.data(), done, last_.size() - (produced_ - offset));
  while (done < out.size()) {
    const auto count = next(out.subspan(done));
    if (!count && done == 0) return count.error();
    if (!count || *count == 0) break;  // the error is returned by the next call
    done += *count;
  }
  return done;
}

Result<bool> CompressedReader::approach(std::uint64_t offset) {
  if (offset + last_.size() < produced_) restart();
  std::array<char, 32 << 10> passed;
  for (std::size_t done = 0; done < kSkippedPiece && produced_ < offset;) {
    const std::size_t want = std::min<std::uint64_t>(passed.size(), offset - produced_);
    FORTNIGHT_ASSIGN(const std::size_t count, next(std::span(passed).first(want)));
    if (count == 0) return true;
    done += count;
  }
  return produced_ >= offset;
}

Result<std::size_t> CompressedReader::next(std::span<char> out) {
  FORTNIGHT_ASSIGN(const std::size_t count, decode(out));
  produced_ += count;
  const std::size_t kept = std::min(count, kLookBack);
  last_.append(out.data() + count - kept, kept);
  if (last_.size() > kLookBack) last_.erase(0, last_.size() - kLookBack);
  return count;
}

// Returns at least one decompressed byte, or 0 at the end of the file.
Result<std::size_t> CompressedReader::decode(std::span<char> out) {
  std::size_t done = 0;
  while (done == 0) {
    if (input_.empty()) FORTNIGHT_TRY(refill());
    if (!within_member_) {
      if (input_.empty()) return std::size_t{0};
      FORTNIGHT_ASSIGN(const bool begun, begin_member());
      if (!begun) return std::size_t{0};
    }
    // Called even without input: the decoder may hold output that had no room last time.
    const auto step = decoder_->decode(input_, out);
    if (!step) return step.error().within(std::string(codec_.name));
    const bool stuck = input_.empty() && step->produced == 0 && !step->member_ended;
    if (stuck) return std::size_t{0};
    input_ = input_.subspan(step->consumed);
    done = step->produced;
    if (step->member_ended) {
      within_member_ = false;
      ++members_;
      decoder_->reset();
    }
  }
  return done;
}

// Returns whether a member begins at the input. Padding or garbage after the last member is
// ignored, as by the formats' own programs.
Result<bool> CompressedReader::begin_member() {
  const bool begins = codec_.begins_member(static_cast<unsigned char>(input_.front()));
  if (!begins && members_ == 0) {
    return corrupt("not a " + std::string(codec_.name) + " file");
  }
  ended_ = ended_ || !begins;
  within_member_ = !ended_;
  return within_member_;
}

Result<void> CompressedReader::refill() {
  FORTNIGHT_ASSIGN(const std::size_t count, read_at(file_, input_offset_, buffer_));
  input_offset_ += count;
  input_ = std::span(buffer_).first(count);
  return {};
}

}  // namespace fortnight::daemon
