#include "daemon/turns.h"

namespace fortnight::daemon {

void Turns::take() {
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = next_ticket_++;
  changed_.wait(lock, [&] { return ticket == served_ && free_ > 0; });
  ++served_;
  --free_;
  computing_.begin();
  changed_.notify_all();  // the next ticket's turn, where more than one is free
}

void Turns::give_back() {
  const std::lock_guard lock(mutex_);
  ++free_;
  computing_.end();
  changed_.notify_all();
}

bool Turns::wanted() const {
  const std::lock_guard lock(mutex_);
  return served_ < next_ticket_;
}

void Turn::share() {
  if (std::chrono::steady_clock::now() - begun_ < kSlice || !turns_->wanted()) return;
  end();
  begin();
}

void Turn::move_to(Turns& turns) {
  if (turns_ == &turns) return;
  end();
  turns_ = &turns;
  begin();
}

void Turn::begin() {
  turns_->take();
  begun_ = std::chrono::steady_clock::now();
}

void Turn::end() {
  earlier_ = busy();
  turns_->give_back();
}

std::chrono::steady_clock::duration Turn::busy() const {
  return earlier_ + (std::chrono::steady_clock::now() - begun_);
}

}  // namespace fortnight::daemon
