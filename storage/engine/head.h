// The head: the calls that no part has yet, in memory. They are in the journal too.
//
// A list of immutable batches. Appending replaces the end of the list: small batches are joined,
// and each call is copied at most a few times, so that the list stays short even if appends are
// small.
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
  std::vector<Day> days;  // the days of its calls; mostly one
  std::size_t bytes = 0;  // of memory

  explicit HeadBatch(Batch&& calls);
};

using HeadBatches = std::vector<std::shared_ptr<const HeadBatch>>;

// How many calls of a batch belong to days that aren't kept. Reads the calls only if the batch has
// such days.
template <typename Keeps>
std::uint64_t late_calls(const HeadBatch& batch, Keeps&& keeps) {
  if (std::all_of(batch.days.begin(), batch.days.end(), keeps)) return 0;
  const auto late = std::count_if(batch.batch.calls.begin(), batch.batch.calls.end(),
                                  [&](const Call& call) { return !keeps(day_of(call.ts)); });
  return static_cast<std::uint64_t>(late);
}

// Not thread-safe: its owner guards it. Any thread may keep and read the result of batches().
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
