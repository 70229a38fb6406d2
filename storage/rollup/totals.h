// The counts of all accounts together, decoded for fast scanning. They answer filters on endpoint,
// method, status and revision.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/error.h"
#include "storage/rollup/table.h"

namespace fortnight::storage {

// The resolution at which a query's buckets cut the day. Coarser totals are shorter. The value is
// the number of quarters in a slot.
enum class RollupGrain : std::uint8_t { quarter = 1, hour = 4, day = 96 };

// Immutable. Row r has counts[r] calls in the slot slots[r]. The rows of combo c are those from
// starts[c] to starts[c + 1]; rows with the same slot add up.
struct RollupTotals {
  std::vector<std::uint32_t> starts;
  std::vector<std::uint8_t> slots;
  std::vector<std::uint16_t> counts;

  [[nodiscard]] std::size_t memory() const {
    return starts.capacity() * 4 + slots.capacity() + counts.capacity() * 2;
  }
};

// Collects totals from consecutive entries of the totals table.
class RollupTotalsBuilder {
 public:
  RollupTotalsBuilder(std::size_t combos, RollupGrain grain) : combos_(combos), grain_(grain) {
    totals_.starts.push_back(0);
  }

  Result<void> add(const TableEntry& entry);
  [[nodiscard]] std::shared_ptr<const RollupTotals> finish();

 private:
  void push();

  std::size_t combos_;
  RollupGrain grain_;
  RollupTotals totals_;
  std::uint64_t combo_ = 0;  // of the row that is being added up
  std::uint8_t slot_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace fortnight::storage
