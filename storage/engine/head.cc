#include "storage/engine/head.h"

#include <algorithm>
#include <utility>

#include "storage/call/batch_append.h"
#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

// Batches are joined up to this size. Copying more would delay the appending thread, and under load
// batches are large anyway.
constexpr std::size_t kLargeBytes = 512U << 10;

std::vector<Day> days_of(const Batch& batch, TimeNs min_ts, TimeNs max_ts) {
  if (batch.empty()) return {};
  if (day_of(min_ts) == day_of(max_ts)) return {day_of(min_ts)};
  std::vector<Day> days;
  for (const Call& call : batch.calls) {
    const Day day = day_of(call.ts);
    if (days.empty() || days.back() != day) days.push_back(day);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

}  // namespace

HeadBatch::HeadBatch(Batch&& calls) : batch(std::move(calls)), bytes(batch.memory()) {
  for (const Call& call : batch.calls) {
    min_ts = std::min(min_ts, call.ts);
    max_ts = std::max(max_ts, call.ts);
  }
  days = days_of(batch, min_ts, max_ts);
  bytes += days.capacity() * sizeof(Day);
}

void Head::add(std::shared_ptr<const HeadBatch> batch) {
  if (batch->batch.empty()) return;
  calls_ += batch->batch.calls.size();
  bytes_ += batch->bytes;
  batches_.push_back(std::move(batch));
  coalesce();
}

void Head::coalesce() {
  while (batches_.size() >= 2) {
    const HeadBatch& before = **(batches_.end() - 2);
    const HeadBatch& last = **(batches_.end() - 1);
    const std::size_t calls = before.batch.calls.size() + last.batch.calls.size();
    if (before.bytes > 2 * last.bytes || before.bytes + last.bytes > kLargeBytes ||
        calls > kBlockCalls) {
      return;
    }
    Batch both;
    append_batch(both, before.batch);
    append_batch(both, last.batch);
    auto joined = std::make_shared<const HeadBatch>(std::move(both));
    bytes_ = bytes_ - before.bytes - last.bytes + joined->bytes;
    batches_.pop_back();
    batches_.back() = std::move(joined);
  }
}

}  // namespace fortnight::storage
