// Which values of a key a rollup counts by their names, and which under `(other)`.
//
// Values are ranked by how often they come and how steadily: by their calls, times the quarters of
// the day and the earlier days in which they came. Where a file that is merged has folded values
// itself, a value that it doesn't name may have had calls there: as many as the largest that it
// folded, at the most. That many are added to the value's rank, so that a value which is folded
// again and again comes to be named once it is among the largest, whoever came first. This is how
// SpaceSaving ranks (Metwally, Agrawal and El Abbadi, "Efficient Computation of Frequent and Top-k
// Elements in Data Streams", ICDT 2005), merged as in Agarwal et al., "Mergeable Summaries", PODS
// 2012. Unlike theirs, the counts themselves are never estimated: what a value lacks is counted
// under `(other)`, and totals are exact.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/strings.h"
#include "base/time.h"
#include "storage/rollup/footer.h"
#include "storage/rollup/merge.h"

namespace fortnight::storage {

class RollupHistory;

// What is known of a value when it is ranked.
struct ValueSums {
  std::uint64_t calls = 0;
  std::array<std::uint64_t, 2> quarters{};  // a bit for each in which it came
  bool only_404 = true;                     // no call had another status
  std::uint64_t hidden = 0;                 // calls that it may have under `(other)`, at the most

  void add(std::uint64_t quarter, std::uint64_t count) {
    calls += count;
    quarters[quarter / 64] |= std::uint64_t{1} << (quarter % 64);
  }
};

// Greater: rather counted by its name. An endpoint that none but 404s came from is, most likely,
// none that the API has: all others go before it.
std::uint64_t rank_of(const ValueSums& sums, int earlier_days);

// Which of the ranks are among the `most` greatest. What is equal is told by the order of the
// names, so that it doesn't matter who came first. `ranks` and `names` go together; a rank of 0 is
// never kept.
std::vector<std::uint8_t> keep_greatest(const std::vector<std::uint64_t>& ranks,
                                        const Strings* names, std::size_t most);

// Folds the keys of `merged` to the caps, and further where there are too many combinations; fills
// in merged.fold, but for the account.
void fold_keys(MergedKeys& merged, RollupSources sources, const KeyCaps& caps,
               RollupHistory& history);

}  // namespace fortnight::storage
