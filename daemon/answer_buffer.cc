#include "daemon/answer_buffer.h"

#include <utility>

namespace fortnight::daemon {

bool AnswerBuffer::add(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (!abandoned_) pending_.append(bytes);
  return !abandoned_;
}

std::string AnswerBuffer::take() {
  const std::lock_guard lock(mutex_);
  writing_ += pending_.size();
  return std::exchange(pending_, {});
}

void AnswerBuffer::taken(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  writing_ -= bytes;
  changed_.notify_all();
}

bool AnswerBuffer::full() const {
  const std::lock_guard lock(mutex_);
  return held() >= kBound;
}

bool AnswerBuffer::wait_for_room(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const bool room =
      changed_.wait_for(lock, patience, [this] { return abandoned_ || held() < kBound; });
  return room && !abandoned_;
}

void AnswerBuffer::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
  changed_.notify_all();
}

bool AnswerBuffer::abandoned() const {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

bool AnswerBuffer::empty() const {
  const std::lock_guard lock(mutex_);
  return held() == 0;
}

}  // namespace fortnight::daemon
