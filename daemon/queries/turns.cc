#include "daemon/queries/turns.h"

#include <algorithm>
#include <bit>
#include <tuple>

namespace fortnight::daemon {
namespace {

// Every Nth turn goes to the query that has waited longest.
constexpr std::uint64_t kForTheLongestWaiting = 8;

// Computing time by powers of two. Queries of the same level take turns in the order in which they
// wait.
int level_of(Turns::Duration busy) {
  constexpr auto kLowest = std::chrono::milliseconds(5);
  return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(busy / kLowest)));
}

}  // namespace

void Turns::take(const std::string& peer, Duration busy) {
  const MutexLock lock(mutex_);
  Peer& own = peers_[peer];
  ++own.queries;
  const auto place = waiting_.emplace(waiting_.end());
  place->of_peer = &own.turns;
  place->level = level_of(busy);
  hand_on();
  while (!place->chosen) place->changed.wait(mutex_);
  waiting_.erase(place);
}

void Turns::give_back(const std::string& peer) {
  const MutexLock lock(mutex_);
  const auto own = peers_.find(peer);
  --own->second.turns;
  if (--own->second.queries == 0) peers_.erase(own);
  ++free_;
  hand_on();
}

void Turns::hand_on() {
  while (free_ > 0) {
    Waiting* next = nullptr;
    const bool longest = (handed_on_ + 1) % kForTheLongestWaiting == 0;
    for (Waiting& one : waiting_) {
      if (one.chosen) continue;
      const auto better = [&] {
        return std::tie(*one.of_peer, one.level) < std::tie(*next->of_peer, next->level);
      };
      if (next == nullptr || (!longest && better())) next = &one;
    }
    if (next == nullptr) return;
    ++handed_on_;
    --free_;
    ++*next->of_peer;
    next->chosen = true;
    next->changed.notify_one();
  }
}

bool Turns::wanted() const {
  const MutexLock lock(mutex_);
  return std::any_of(waiting_.begin(), waiting_.end(),
                     [](const Waiting& one) { return !one.chosen; });
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
  turns_->take(peer_, earlier_);
  begun_ = std::chrono::steady_clock::now();
}

void Turn::end() {
  earlier_ = busy();
  turns_->give_back(peer_);
}

Turns::Duration Turn::busy() const {
  return earlier_ + (std::chrono::steady_clock::now() - begun_);
}

}  // namespace fortnight::daemon
