// The head: the calls that no part holds yet, in memory. They are in the journal too.
//
// A list of immutable batches. Appending replaces the list's end: small batches coalesce, each call
// being copied a few times at the most, so that the list stays short however small appends are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "storage/call/batch.h"

namespace fortnight::storage {

struct HeadBatch {
  Batch batch;
  TimeNs min_ts = kMaxTime;
  TimeNs max_ts = kMinTime;
  std::vector<Day> days;  // that its calls are of; mostly one
  std::size_t bytes = 0;  // of memory

  explicit HeadBatch(Batch&& calls);
};

using HeadBatches = std::vector<std::shared_ptr<const HeadBatch>>;

// How many calls of a batch are of days that aren't kept; only batches of such days are looked
// through.
template <typename Keeps>
std::uint64_t late_calls(const HeadBatch& batch, Keeps&& keeps) {
  if (std::all_of(batch.days.begin(), batch.days.end(), keeps)) return 0;
  const auto late = std::count_if(batch.batch.calls.begin(), batch.batch.calls.end(),
                                  [&](const Call& call) { return !keeps(day_of(call.ts)); });
  return static_cast<std::uint64_t>(late);
}

// Not thread-safe: its owner guards it. What batches() gives may be kept and read by anyone.
class Head {
 public:
  void add(std::shared_ptr<const HeadBatch> batch);

  [[nodiscard]] const HeadBatches& batches() const { return batches_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }

 private:
  void coalesce();

  HeadBatches batches_;
  std::size_t bytes_ = 0;
  std::uint64_t calls_ = 0;
};

}  // namespace fortnight::storage
