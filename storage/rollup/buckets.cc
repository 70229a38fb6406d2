#include "storage/rollup/buckets.h"

#include <algorithm>

namespace fortnight::storage {

RollupBuckets::RollupBuckets(Day day, const std::vector<TimeNs>& edges)
    : count_(static_cast<std::uint32_t>(edges.size() - 1)) {
  buckets_.fill(spare());
  for (std::size_t quarter = 0; quarter < kQuartersPerDay; ++quarter) {
    const TimeNs begin = day_start(day) + static_cast<TimeNs>(quarter) * kNsPerQuarter;
    const auto behind = std::upper_bound(edges.begin(), edges.end(), begin);
    if (behind == edges.begin() || behind == edges.end()) continue;
    buckets_[quarter] = static_cast<std::uint32_t>(behind - edges.begin() - 1);
    any_ = true;
  }
}

RollupGrain RollupBuckets::grain() const {
  const auto uniform = [&](std::size_t step) {
    for (std::size_t quarter = 0; quarter < kQuartersPerDay; ++quarter) {
      if (buckets_[quarter] != buckets_[quarter - quarter % step]) return false;
    }
    return true;
  };
  for (const RollupGrain grain : {RollupGrain::day, RollupGrain::hour}) {
    if (uniform(static_cast<std::size_t>(grain))) return grain;
  }
  return RollupGrain::quarter;
}

bool RollupTally::any(std::size_t value) {
  const Counts* const from = row(value);
  return std::any_of(from, from + width_ - 1,
                     [](const Counts& counts) { return counts.calls != 0; });
}

void RollupTally::add_to(std::size_t value, CountGroups& groups, CountGroups::Group group) {
  const Counts* const from = row(value);
  for (std::size_t i = 0; i + 1 < width_; ++i) {
    if (from[i].calls != 0) groups.of(group, i) += from[i];
  }
}

}  // namespace fortnight::storage
