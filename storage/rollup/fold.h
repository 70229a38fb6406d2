// Decides which values of a key a rollup counts by name, and which under `(other)`.
//
// Values are ranked by frequency and steadiness: their calls, times the quarters of the day and the
// earlier days on which they came. If a merged file has folded values itself, a value that it
// doesn't name may have had calls there: at most as many as the largest value that it folded. That
// number is added to the value's rank. So a value that is folded again and again is named once it
// is among the largest, regardless of the order of arrival. This is how SpaceSaving ranks
// (Metwally, Agrawal and El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data
// Streams", ICDT 2005), merged as in Agarwal et al., "Mergeable Summaries", PODS 2012. Unlike
// there, counts are never estimated: the calls that a value lacks are counted under `(other)`, and
// totals are exact.
//
// Unmatched endpoints, whose calls all got 404, have a cap of their own. Under that cap, those that
// a merged file may have folded are folded again, not ranked: one named value with calls under
// `(other)` would make the counts of all endpoints of the file uncertain (FoldedKey::max_named).
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

// What the rank of a value depends on.
struct ValueSums {
  std::uint64_t calls = 0;
  std::array<std::uint64_t, 2> quarters{};  // a bit for each quarter in which it came
  bool only_404 = false;                    // an endpoint whose calls all got 404
  std::uint64_t hidden = 0;                 // the most calls that it may have under `(other)`
  bool may_be_folded = false;               // a merged file folds values and doesn't name it

  void add(std::uint64_t quarter, std::uint64_t count) {
    calls += count;
    quarters[quarter / 64] |= std::uint64_t{1} << (quarter % 64);
  }
};

// A higher rank is preferred. An endpoint with only 404s is probably not one of the API's, so it
// ranks below all others.
std::uint64_t rank_of(const ValueSums& sums, int earlier_days);

// Which of the ranks are among the `most` greatest. Ties are broken by name, so that the order of
// arrival doesn't matter. `ranks` and `names` are parallel; a rank of 0 is never kept.
std::vector<std::uint8_t> keep_greatest(const std::vector<std::uint64_t>& ranks,
                                        const Strings* names, std::size_t most);

// Folds the keys of `merged` to the caps, and further if there are too many combinations. Sets
// merged.fold, except the account's.
void fold_keys(MergedKeys& merged, RollupSources sources, const KeyCaps& caps,
               RollupHistory& history);

}  // namespace fortnight::storage
