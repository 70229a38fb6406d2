#include "storage/rollup/merge.h"

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <numeric>
#include <utility>

#include "storage/packing/dictionary.h"
#include "storage/rollup/fold.h"
#include "storage/rollup/history.h"

namespace fortnight::storage {
namespace {

// Translates the combos of rows; returns false if one isn't in `combos`.
bool translate(std::vector<RollupRow>& rows, const std::vector<std::uint32_t>& combos) {
  for (RollupRow& row : rows) {
    const std::uint64_t combo = row.key >> kQuarterBits;
    if (combo >= combos.size()) return false;
    row.key = std::uint64_t{combos[combo]} << kQuarterBits | (row.key & kQuarterMask);
  }
  normalize_rows(rows);
  return true;
}

Error unknown_combo() { return corrupt("a rollup counts a combination that it doesn't list"); }

Error too_many_keys() { return {ErrorCode::limit, "too many keys or combinations in one rollup"}; }

// Represents `(other)` until the number of values is known.
constexpr std::uint32_t kOther = 0xffffffff;

// Numbers the combos of all sources in the order of their occurrence.
Result<MergedKeys> number_combos(RollupSources sources) {
  std::vector<DictionaryBuilder> values(
      kRollupKeys, DictionaryBuilder(kMaxRollupCombos, kMaxRollupSectionBytes));
  boost::unordered_flat_map<RollupCombo, std::uint32_t, boost::hash<RollupCombo>> numbers;
  MergedKeys merged;
  for (const auto& source : sources) {
    std::vector<std::uint32_t>& combos = merged.combos.emplace_back();
    const RollupKeys& keys = source->keys();
    for (const RollupCombo& theirs : keys.combos) {
      RollupCombo combo;
      for (std::size_t i = 0; i < kRollupKeys; ++i) {
        if (theirs[i] == keys.values[i].size()) {
          combo[i] = kOther;
          continue;
        }
        const auto number = values[i].intern(keys.values[i][theirs[i]]);
        if (!number) return too_many_keys();
        combo[i] = *number;
      }
      const auto next = static_cast<std::uint32_t>(merged.keys.combos.size());
      const auto [at, added] = numbers.try_emplace(combo, next);
      if (added) merged.keys.combos.push_back(combo);
      combos.push_back(at->second);
    }
    if (merged.keys.combos.size() > kMaxRollupCombos) {
      return too_many_keys();
    }
  }
  for (std::size_t i = 0; i < kRollupKeys; ++i) merged.keys.values[i] = values[i].entries();
  for (RollupCombo& combo : merged.keys.combos) {
    for (std::size_t i = 0; i < kRollupKeys; ++i) {
      if (combo[i] == kOther) combo[i] = static_cast<std::uint32_t>(merged.keys.values[i].size());
    }
  }
  return merged;
}

// Gives the lowest numbers to the combos with the most calls, so that the gaps of their rows are
// short.
void order_combos(MergedKeys& merged) {
  std::vector<std::uint64_t> calls(merged.keys.combos.size());
  for (const RollupRow& row : merged.totals) calls[row.key >> kQuarterBits] += row.count;
  std::vector<std::uint32_t> order(calls.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return calls[a] > calls[b]; });
  std::vector<std::uint32_t> place(order.size());
  std::vector<RollupCombo> combos(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    combos[i] = merged.keys.combos[order[i]];
  }
  merged.keys.combos = std::move(combos);
  translate(merged.totals, place);
  for (std::vector<std::uint32_t>& source : merged.combos) {
    for (std::uint32_t& combo : source) combo = place[combo];
  }
}

}  // namespace

Result<MergedKeys> merge_keys(RollupSources sources, const KeyCaps& caps, RollupHistory& history) {
  FORTNIGHT_ASSIGN(MergedKeys merged, number_combos(sources));
  NamedRowsMerger totals(sources, RollupTable::totals);
  for (NamedRows rows;;) {
    FORTNIGHT_ASSIGN(const bool more, totals.next(rows, &merged.combos));
    if (!more) break;
    merged.totals.insert(merged.totals.end(), rows.rows.begin(), rows.rows.end());
  }
  normalize_rows(merged.totals);
  fold_keys(merged, sources, caps, history);
  order_combos(merged);
  if (!find_failed_combos(merged.keys)) return corrupt("a status of a rollup is not a number");
  return merged;
}

NamedRowsMerger::NamedRowsMerger(RollupSources sources, RollupTable table)
    : sources_(sources), table_(table), heads_(sources.size()) {}

Result<void> NamedRowsMerger::advance(std::size_t source) {
  Head& head = heads_[source];
  FORTNIGHT_ASSIGN(head.there, sources_[source]->next(table_, head.rows));
  return {};
}

void NamedRowsMerger::rewind() {
  for (const auto& source : sources_) source->rewind(table_);
  started_ = false;
}

Result<bool> NamedRowsMerger::next(NamedRows& out,
                                   const std::vector<std::vector<std::uint32_t>>* combos) {
  if (!std::exchange(started_, true)) {
    for (std::size_t i = 0; i < heads_.size(); ++i) FORTNIGHT_TRY(advance(i));
  }
  const Head* least = nullptr;
  for (const Head& head : heads_) {
    if (head.there && (least == nullptr || head.rows.name < least->rows.name)) least = &head;
  }
  if (least == nullptr) return false;
  out.name = least->rows.name;
  out.rows.clear();
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    Head& head = heads_[i];
    head.given = head.there && head.rows.name == out.name;
    if (!head.given) continue;
    if (combos != nullptr && !translate(head.rows.rows, (*combos)[i])) return unknown_combo();
    out.rows.insert(out.rows.end(), head.rows.rows.begin(), head.rows.rows.end());
    FORTNIGHT_TRY(advance(i));
  }
  normalize_rows(out.rows);
  return true;
}

}  // namespace fortnight::storage
