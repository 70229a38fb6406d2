#include "storage/rollup/account_fold.h"

#include <algorithm>
#include <utility>

#include "storage/rollup/fold.h"
#include "storage/rollup/history.h"

namespace fortnight::storage {

AccountFold::AccountFold(RollupSources sources) : sources_(sources) {
  for (const auto& source : sources_) folded_.max_unnamed += source->fold().account.max_unnamed;
}

// Calls that the account may have under `(other)` in the sources.
std::uint64_t AccountFold::hidden(const NamedRowsMerger& merger) const {
  std::uint64_t hidden = 0;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    const FoldedKey& folded = sources_[i]->fold().account;
    hidden += merger.came_from(i) ? folded.max_named : folded.max_unnamed;
  }
  return hidden;
}

Result<void> AccountFold::choose(std::uint64_t calls, const KeyCaps& caps, RollupHistory& history) {
  if (calls <= caps.accounts) return {};
  NamedRowsMerger merger(sources_, RollupTable::accounts);
  std::vector<std::uint64_t> ranks;
  bool asked = false;
  bool absent = false;  // whether calls without an account exist; the empty name comes first
  for (NamedRows account;;) {
    FORTNIGHT_ASSIGN(const bool more, merger.next(account, nullptr));
    if (!more) break;
    if (account.name.empty()) absent = true;
    ValueSums sums{.only_404 = false, .hidden = hidden(merger)};
    for (const RollupRow& row : account.rows) sums.add(row.key & kQuarterMask, row.count);
    if (!std::exchange(asked, true)) history.rewind_accounts();
    const bool ranked = !account.name.empty() && account.name.size() <= kMaxKeyBytes;
    ranks.push_back(ranked ? rank_of(sums, history.days_of_account(account.name)) : 0);
  }
  merger.rewind();
  if (ranks.size() - (absent ? 1 : 0) <= caps.accounts) return {};
  kept_ = keep_greatest(ranks, nullptr, caps.accounts);
  if (absent) kept_.front() = 1;
  return {};
}

bool AccountFold::take(const NamedRowsMerger& merger, const NamedRows& account) {
  const std::size_t number = next_++;
  const bool kept = account.name.size() <= kMaxKeyBytes && (kept_.empty() || kept_[number] != 0);
  const std::uint64_t hidden_calls = hidden(merger);
  if (kept) {
    if (!account.name.empty()) folded_.max_named = std::max(folded_.max_named, hidden_calls);
    return true;
  }
  std::uint64_t calls = 0;
  for (const RollupRow& row : account.rows) calls += row.count;
  if (account.name.size() <= kMaxKeyBytes) {
    folded_.max_unnamed = std::max(folded_.max_unnamed, calls + hidden_calls);
  }
  add_other(account.rows);
  return false;
}

void AccountFold::add_other(std::span<const RollupRow> rows) {
  for (const RollupRow& row : rows) {
    other_[row.key] += row.count;
    folded_.calls += row.count;
  }
}

std::vector<RollupRow> AccountFold::other_rows() const {
  std::vector<RollupRow> rows;
  rows.reserve(other_.size());
  for (const auto& [key, count] : other_) rows.push_back({key, count});
  normalize_rows(rows);
  return rows;
}

}  // namespace fortnight::storage
