#include "storage/rollup/fold.h"

#include <algorithm>
#include <bit>
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <numeric>
#include <optional>

#include "storage/rollup/caps.h"
#include "storage/rollup/history.h"

namespace fortnight::storage {
namespace {

constexpr std::array kFoldableKeys = {RollupKey::endpoint, RollupKey::method, RollupKey::revision};
// Being named on an earlier day ranks like coming in this many quarters of this day.
constexpr int kQuartersOfADay = 8;

std::uint32_t& cap_of(KeyCaps& caps, RollupKey key) {
  switch (key) {
    case RollupKey::method:
      return caps.methods;
    case RollupKey::revision:
      return caps.revisions;
    default:
      return caps.endpoints;
  }
}

using Places = std::vector<std::uint32_t>;  // new number of each item

// The folding of one key.
class KeyFold {
 public:
  KeyFold(RollupKey key, const MergedKeys& merged, RollupSources sources, const KeyCaps& caps)
      : key_(key),
        most_unmatched_(key == RollupKey::endpoint ? caps.unmatched_endpoints : kNoCap),
        values_(merged.keys.of(key)),
        sums_(values_.size()) {
    add_hidden(merged, sources);
    if (key == RollupKey::endpoint) find_only_404(merged);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      too_long_ = too_long_ || values_[i].size() > kMaxKeyBytes;
      countable_ += is_exempt_from_caps(key_, values_[i]) ? 0 : 1;
    }
  }

  [[nodiscard]] bool exceeds(std::size_t cap) const {
    return too_long_ || countable_ > cap || unmatched_ > most_unmatched_ || folds_again_;
  }
  // Whether a merged file has calls under `(other)`.
  [[nodiscard]] bool hides() const { return hides_; }

  void add_calls(const MergedKeys& merged) {
    const std::size_t at = static_cast<std::size_t>(key_);
    for (const RollupRow& row : merged.totals) {
      const RollupCombo& combo = merged.keys.combos[row.key >> kQuarterBits];
      if (combo[at] == values_.size()) continue;
      sums_[combo[at]].add(row.key & kQuarterMask, row.count);
    }
  }

  void rank(RollupHistory& history) {
    ranks_.resize(sums_.size());
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      if (values_[i].size() > kMaxKeyBytes || is_exempt_from_caps(key_, values_[i])) continue;
      ranks_[i] = rank_of(sums_[i], history.days(key_, values_[i]));
    }
    if (most_unmatched_ != kNoCap) cap_unmatched();
  }

  // Chooses the values to keep. places() then has their new numbers, and is_other() for the rest.
  void keep(std::size_t cap) {
    std::vector<std::uint8_t> kept = keep_greatest(ranks_, &values_, cap);
    places_.assign(values_.size() + 1, 0);
    std::uint32_t next = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (is_exempt_from_caps(key_, values_[i])) kept[i] = 1;
      places_[i] = kept[i] != 0 ? next++ : kFolded;
    }
    places_.back() = kFolded;
    std::replace(places_.begin(), places_.end(), kFolded, next);
    kept_ = next;
  }
  void keep_all() {
    places_.resize(values_.size() + 1);
    std::iota(places_.begin(), places_.end(), 0U);
    kept_ = static_cast<std::uint32_t>(values_.size());
  }
  [[nodiscard]] const Places& places() const { return places_; }

  [[nodiscard]] Strings kept_values() const {
    Strings kept;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (places_[i] != kept_) kept.add(values_[i]);
    }
    return kept;
  }
  [[nodiscard]] FoldedKey bounds() const {
    FoldedKey bounds{0, hidden_unnamed_, 0};
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const ValueSums& sums = sums_[i];
      if (values_[i].size() > kMaxKeyBytes) continue;
      if (places_[i] == kept_) {
        bounds.max_unnamed = std::max(bounds.max_unnamed, sums.calls + sums.hidden);
      } else if (!is_exempt_from_caps(key_, values_[i])) {
        bounds.max_named = std::max(bounds.max_named, sums.hidden);
      }
    }
    return bounds;
  }

 private:
  static constexpr std::uint32_t kFolded = 0xffffffff;

  void find_only_404(const MergedKeys& merged) {
    const std::vector<std::uint8_t> unmatched = find_unmatched(merged.keys);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      sums_[i].only_404 = unmatched[i] != 0;
      if (!sums_[i].only_404 || is_exempt_from_caps(key_, values_[i])) continue;
      ++unmatched_;
      folds_again_ = folds_again_ || (sums_[i].may_be_folded && most_unmatched_ != kNoCap);
    }
  }

  // Removes the ranks of the unmatched endpoints that aren't named.
  void cap_unmatched() {
    std::vector<std::uint64_t> ranks(ranks_.size());
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      if (sums_[i].only_404 && !sums_[i].may_be_folded) ranks[i] = ranks_[i];
    }
    const std::vector<std::uint8_t> kept = keep_greatest(ranks, &values_, most_unmatched_);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      if (sums_[i].only_404 && kept[i] == 0) ranks_[i] = 0;
    }
  }

  void add_hidden(const MergedKeys& merged, RollupSources sources) {
    const std::size_t at = static_cast<std::size_t>(key_);
    for (std::size_t source = 0; source < sources.size(); ++source) {
      const FoldedKey& folded = sources[source]->fold().of(key_);
      if (folded.calls == 0) continue;
      hides_ = true;
      std::vector<std::uint8_t> named(values_.size() + 1);
      for (const std::uint32_t combo : merged.combos[source]) {
        named[merged.keys.combos[combo][at]] = 1;
      }
      for (std::size_t i = 0; i < values_.size(); ++i) {
        sums_[i].hidden += named[i] != 0 ? folded.max_named : folded.max_unnamed;
        if (named[i] == 0 && folded.max_unnamed != 0) sums_[i].may_be_folded = true;
      }
      hidden_unnamed_ += folded.max_unnamed;
    }
  }

  const RollupKey key_;
  const std::uint32_t most_unmatched_;  // kNoCap for other keys than the endpoint
  const Strings& values_;
  std::vector<ValueSums> sums_;
  std::vector<std::uint64_t> ranks_;
  Places places_;  // by value, and of `(other)`
  std::uint32_t kept_ = 0;
  std::size_t countable_ = 0;
  std::size_t unmatched_ = 0;
  bool folds_again_ = false;  // unmatched endpoints that a merged file may have folded
  bool too_long_ = false;
  bool hides_ = false;
  std::uint64_t hidden_unnamed_ = 0;
};

using KeyFolds = std::array<std::optional<KeyFold>, kRollupKeys>;

// The combinations after their values were renumbered.
struct FoldedCombos {
  std::vector<RollupCombo> combos;
  Places places;  // by old combination
};

FoldedCombos fold_combos(const std::vector<RollupCombo>& combos, const KeyFolds& folds) {
  FoldedCombos out;
  boost::unordered_flat_map<RollupCombo, std::uint32_t, boost::hash<RollupCombo>> numbers;
  out.places.reserve(combos.size());
  for (RollupCombo combo : combos) {
    for (std::size_t key = 0; key < kRollupKeys; ++key) {
      if (folds[key]) combo[key] = folds[key]->places()[combo[key]];
    }
    const auto next = static_cast<std::uint32_t>(out.combos.size());
    const auto [at, added] = numbers.try_emplace(combo, next);
    if (added) out.combos.push_back(combo);
    out.places.push_back(at->second);
  }
  return out;
}

// Chooses the values to keep; fewer if there are too many combinations.
FoldedCombos choose(const MergedKeys& merged, const KeyCaps& caps, KeyFolds& folds) {
  constexpr std::uint32_t kShare = 4;
  for (KeyCaps within = caps;;) {
    for (const RollupKey key : kFoldableKeys) {
      auto& fold = folds[static_cast<std::size_t>(key)];
      const std::uint32_t cap = cap_of(within, key);
      if (fold->exceeds(cap)) {
        fold->keep(cap);
      } else {
        fold->keep_all();
      }
    }
    FoldedCombos folded = fold_combos(merged.keys.combos, folds);
    const bool none_left = within.endpoints == 0 && within.methods == 0 && within.revisions == 0;
    if (folded.combos.size() <= kKeptCombos || none_left) return folded;
    for (const RollupKey key : kFoldableKeys) cap_of(within, key) /= kShare;
  }
}

void apply(MergedKeys& merged, FoldedCombos folded, const KeyFolds& folds) {
  for (const RollupKey key : kFoldableKeys) {
    const auto at = static_cast<std::size_t>(key);
    merged.fold.of(key) = folds[at]->bounds();
    merged.keys.values[at] = folds[at]->kept_values();
  }
  merged.keys.combos = std::move(folded.combos);
  for (RollupRow& row : merged.totals) {
    row.key = std::uint64_t{folded.places[row.key >> kQuarterBits]} << kQuarterBits |
              (row.key & kQuarterMask);
  }
  normalize_rows(merged.totals);
  for (std::vector<std::uint32_t>& source : merged.combos) {
    for (std::uint32_t& combo : source) combo = folded.places[combo];
  }
}

void count_folded(MergedKeys& merged) {
  for (const RollupRow& row : merged.totals) {
    const RollupCombo& combo = merged.keys.combos[row.key >> kQuarterBits];
    for (const RollupKey key : kFoldableKeys) {
      if (merged.keys.is_other(key, combo[static_cast<std::size_t>(key)])) {
        merged.fold.of(key).calls += row.count;
      }
    }
  }
}

}  // namespace

std::uint64_t rank_of(const ValueSums& sums, int earlier_days) {
  constexpr std::uint64_t kMostCalls = std::uint64_t{1} << 48;
  constexpr std::uint64_t kAnswers = std::uint64_t{1} << 63;
  const int quarters = std::popcount(sums.quarters[0]) + std::popcount(sums.quarters[1]);
  const auto steady = static_cast<std::uint64_t>(quarters + kQuartersOfADay * earlier_days);
  const std::uint64_t rank = std::min(sums.calls + sums.hidden, kMostCalls) * steady;
  return sums.only_404 ? rank : rank | kAnswers;
}

std::vector<std::uint8_t> keep_greatest(const std::vector<std::uint64_t>& ranks,
                                        const Strings* names, std::size_t most) {
  std::vector<std::uint8_t> kept(ranks.size());
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < ranks.size(); ++i) {
    if (ranks[i] != 0) order.push_back(i);
  }
  if (order.size() > most) {
    std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                     [&](std::uint32_t a, std::uint32_t b) {
                       if (ranks[a] != ranks[b]) return ranks[a] > ranks[b];
                       return names == nullptr ? a < b : (*names)[a] < (*names)[b];
                     });
    order.resize(most);
  }
  for (const std::uint32_t i : order) kept[i] = 1;
  return kept;
}

void fold_keys(MergedKeys& merged, RollupSources sources, const KeyCaps& caps,
               RollupHistory& history) {
  KeyFolds folds;
  KeyCaps within = caps;
  bool needed = merged.keys.combos.size() > kKeptCombos;
  for (const RollupKey key : kFoldableKeys) {
    auto& fold = folds[static_cast<std::size_t>(key)].emplace(key, merged, sources, caps);
    needed = needed || fold.hides() || fold.exceeds(cap_of(within, key));
  }
  if (!needed) return;
  for (const RollupKey key : kFoldableKeys) {
    auto& fold = folds[static_cast<std::size_t>(key)];
    fold->add_calls(merged);
    fold->rank(history);
  }
  apply(merged, choose(merged, caps, folds), folds);
  count_folded(merged);
}

}  // namespace fortnight::storage
