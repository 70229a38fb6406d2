// Maps a day's quarters to a query's buckets, and adds up counts there.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/time.h"
#include "storage/query.h"
#include "storage/rollup/format.h"
#include "storage/rollup/totals.h"

namespace fortnight::storage {

class RollupBuckets {
 public:
  // `edges` as in CountQuery.
  RollupBuckets(Day day, const std::vector<TimeNs>& edges);

  [[nodiscard]] bool any() const { return any_; }
  // The number of the query's buckets. Quarters in none of them belong to one more bucket, spare().
  [[nodiscard]] std::uint32_t count() const { return count_; }
  [[nodiscard]] std::uint32_t spare() const { return count_; }
  // Defined for every value of kQuarterMask, so that damaged quarters do no harm.
  [[nodiscard]] std::uint32_t of_quarter(std::uint64_t quarter) const { return buckets_[quarter]; }
  // The coarsest totals that still separate these buckets.
  [[nodiscard]] RollupGrain grain() const;

 private:
  std::array<std::uint32_t, kQuarterMask + 1> buckets_{};
  std::uint32_t count_;
  bool any_ = false;
};

// Counts by value (of the key that is grouped by) and bucket, including the spare one.
class RollupTally {
 public:
  RollupTally(std::size_t values, const RollupBuckets& buckets)
      : width_(buckets.count() + 1), counts_(values * width_) {}

  Counts* row(std::size_t value) { return counts_.data() + value * width_; }
  static void add(Counts& counts, std::uint64_t failed, std::uint64_t calls) {
    counts.calls += calls;
    counts.errors += failed * calls;
  }
  // Whether the value has a call in the query's buckets.
  [[nodiscard]] bool any(std::size_t value);
  // Adds a value's buckets to a group.
  void add_to(std::size_t value, CountGroups& groups, CountGroups::Group group);
  void clear() { counts_.assign(counts_.size(), Counts{}); }

 private:
  std::size_t width_;
  std::vector<Counts> counts_;
};

}  // namespace fortnight::storage
