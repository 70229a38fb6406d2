#include "daemon/gatherer.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace fortnight::daemon {
namespace {

// Batches of this size are passed on at once: they amortise an append's fixed cost and are small
// compared with the queue's memory.
constexpr std::size_t kLargeBatch = 3U << 20;
constexpr std::size_t kQueuedBatches = 4;
// While each turn of the loop adds lines, smaller batches than this wait.
constexpr std::size_t kWorthAnAppend = 1U << 20;

}  // namespace

Gatherer::Gatherer(boost::asio::io_context& loop, Committer& committer,
                   std::map<std::string, std::string> positions)
    : loop_(loop),
      committer_(committer),
      large_batch_(std::min(kLargeBatch, committer.max_bytes() / kQueuedBatches)),
      positions_(std::move(positions)) {}

bool Gatherer::has_room() { return committer_.has_room(); }

void Gatherer::added() {
  if (bytes() >= large_batch_) {
    flush();
  } else {
    schedule();
  }
}

void Gatherer::set_position(const std::string& key, std::string value) {
  if (value.empty()) {
    positions_.erase(key);
  } else {
    positions_[key] = value;
  }
  auto& positions = append_.positions;
  const auto [known, added] = gathered_.try_emplace(key, positions.size());
  if (added) {
    positions.push_back({key, std::move(value)});
  } else {
    positions[known->second].value = std::move(value);
  }
}

void Gatherer::when_durable(std::function<void()> call) {
  when_durable_.push_back(std::move(call));
  schedule();
}

void Gatherer::schedule() {
  if (std::exchange(scheduled_, true)) return;
  boost::asio::post(loop_, [this] {
    scheduled_ = false;
    if (committer_.busy()) return;
    const std::size_t before = std::exchange(bytes_at_last_turn_, bytes());
    const bool pouring = bytes_at_last_turn_ > before;
    if (pouring && bytes_at_last_turn_ < kWorthAnAppend) return schedule();
    flush();
  });
}

void Gatherer::flush() {
  if (bytes() == 0 && append_.positions.empty() && append_.skipped == 0 && when_durable_.empty()) {
    return;
  }
  Commit commit;
  commit.bytes = bytes();
  commit.append = std::exchange(append_, {});
  gathered_.clear();
  bytes_at_last_turn_ = 0;
  if (commit.bytes >= large_batch_) {
    // Reserves the size of this batch for the next one, so that it doesn't grow step by step.
    const storage::Batch& batch = commit.append.batch;
    append_.batch.text.reserve(batch.text.size() + batch.text.size() / 8);
    append_.batch.calls.reserve(batch.calls.size() + batch.calls.size() / 8);
  }
  if (!when_durable_.empty()) {
    commit.when_durable = [&loop = loop_, calls = std::exchange(when_durable_, {})]() mutable {
      boost::asio::post(loop, [calls = std::move(calls)] {
        for (const auto& call : calls) call();
      });
    };
  }
  committer_.push(std::move(commit));
}

void Gatherer::wake_waiting() {
  for (const auto& call : std::exchange(waiting_, {})) call();
}

std::size_t Gatherer::bytes() const {
  std::size_t bytes =
      append_.batch.text.size() + append_.batch.calls.size() * sizeof(storage::Call);
  for (const storage::Reject& reject : append_.rejects)
    bytes += sizeof(reject) + reject.bytes.size();
  return bytes;
}

}  // namespace fortnight::daemon
