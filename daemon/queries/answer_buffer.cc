#include "daemon/queries/answer_buffer.h"

#include <algorithm>
#include <utility>

namespace fortnight::daemon {
namespace {

// Bytes of one write; the memory is freed after each.
constexpr std::size_t kBufferPiece = 64U << 10;

}  // namespace

AnswerBuffer::~AnswerBuffer() {
  space_.used_ -= counted_;
  space_.sums_ -= sums_;
}

bool AnswerBuffer::fits(std::size_t bytes) const {
  const std::size_t own = size();
  if (own + bytes <= kFloor) return true;
  if (own != 0 && own + bytes > kBound) return false;
  const std::size_t others = space_.used_ - counted_;
  return others == 0 || others + own + bytes <= space_.bytes_;
}

bool AnswerBuffer::has_room(std::size_t bytes) {
  const MutexLock lock(mutex_);
  if (abandoned_ || fits(bytes)) return true;  // add() reports that the reader is gone
  refused_ = bytes;
  return false;
}

bool AnswerBuffer::wait_for_room(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  const MutexLock lock(mutex_);
  while (!abandoned_ && !fits(refused_)) {
    if (!changed_.wait_until(mutex_, deadline)) return abandoned_ || fits(refused_);
  }
  return true;
}

bool AnswerBuffer::wants_more() const {
  const MutexLock lock(mutex_);
  return abandoned_ || (size() <= kBound / 4 && fits(refused_));
}

Result<bool> AnswerBuffer::add(std::string_view bytes) {
  const MutexLock lock(mutex_);
  if (abandoned_) return false;
  const std::size_t added = size() + bytes.size();
  if (added > kBound && space_.sums_ - sums_ + (added - kBound) > space_.max_sums_) {
    space_.refused_ = AnswerSpace::Clock::now();
    return Error{ErrorCode::limit,
                 "there is no space for rows that aren't read yet; ask for fewer, or "
                 "again later"};
  }
  append(bytes);
  return true;
}

void AnswerBuffer::append(std::string_view bytes) {
  if (pending_.empty() || pending_.back().size() >= kBufferPiece) pending_.emplace_back();
  pending_.back().append(bytes);
  pending_bytes_ += bytes.size();
  resized();
}

void AnswerBuffer::close_answer(std::string_view line) {
  const MutexLock lock(mutex_);
  if (abandoned_) return;
  append(line);
}

void AnswerBuffer::clear() {
  const MutexLock lock(mutex_);
  drop();
}

void AnswerBuffer::cut_answer(std::string_view line) {
  const MutexLock lock(mutex_);
  drop();
  append(line);
}

void AnswerBuffer::drop() {
  pending_.clear();
  pending_bytes_ = 0;
  resized();
}

std::string AnswerBuffer::take() {
  const MutexLock lock(mutex_);
  if (pending_.empty()) return {};
  std::string piece = std::move(pending_.front());
  pending_.pop_front();
  pending_bytes_ -= piece.size();
  writing_ += piece.size();
  return piece;
}

void AnswerBuffer::taken(std::size_t bytes) {
  const MutexLock lock(mutex_);
  writing_ -= bytes;
  resized();
  changed_.notify_all();
}

void AnswerBuffer::resized() {
  const std::size_t counted = std::min(size(), kBound);
  const std::size_t sums = size() - counted;
  space_.used_ += counted - counted_;
  space_.sums_ += sums - sums_;
  counted_ = counted;
  sums_ = sums;
}

bool AnswerBuffer::full() const {
  const MutexLock lock(mutex_);
  return size() >= kBound;
}

std::size_t AnswerBuffer::held() const {
  const MutexLock lock(mutex_);
  return size();
}

void AnswerBuffer::abandon() {
  const MutexLock lock(mutex_);
  abandoned_ = true;
  drop();
  changed_.notify_all();
}

bool AnswerBuffer::abandoned() const {
  const MutexLock lock(mutex_);
  return abandoned_;
}

}  // namespace fortnight::daemon
