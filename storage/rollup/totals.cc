#include "storage/rollup/totals.h"

#include <algorithm>
#include <limits>

#include "storage/rollup/format.h"

namespace fortnight::storage {

void RollupTotalsBuilder::push() {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint16_t>::max();
  while (count_ > 0) {
    const std::uint64_t count = std::min(count_, kMost);
    totals_.slots.push_back(slot_);
    totals_.counts.push_back(static_cast<std::uint16_t>(count));
    count_ -= count;
  }
}

Result<void> RollupTotalsBuilder::add(const TableEntry& entry) {
  bool known = true;
  const bool fits = entry.rows.for_each([&](std::uint64_t key, std::uint64_t count) {
    const std::uint64_t combo = key >> kQuarterBits;
    const std::uint64_t quarter = key & kQuarterMask;
    if (combo >= combos_ || combo < combo_ || quarter >= kQuartersPerDay) {
      known = false;
      return;
    }
    const auto slot = static_cast<std::uint8_t>(quarter / static_cast<std::uint64_t>(grain_));
    if (combo != combo_ || slot != slot_) push();
    for (; combo_ < combo; ++combo_) {
      totals_.starts.push_back(static_cast<std::uint32_t>(totals_.slots.size()));
    }
    slot_ = slot;
    count_ += count;
  });
  if (!fits || !known) return corrupt("the totals of a rollup make no sense");
  return {};
}

std::shared_ptr<const RollupTotals> RollupTotalsBuilder::finish() {
  push();
  totals_.starts.resize(combos_ + 1, static_cast<std::uint32_t>(totals_.slots.size()));
  return std::make_shared<const RollupTotals>(std::move(totals_));
}

}  // namespace fortnight::storage
