// Decides which accounts a rollup counts by name. Like fold.h for the other keys, but name by name
// from the sources' tables, since there may be a million accounts.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "storage/rollup/caps.h"
#include "storage/rollup/merge.h"

namespace fortnight::storage {

class RollupHistory;

// Accounts must be passed to take() in the order of NamedRowsMerger.
class AccountFold {
 public:
  explicit AccountFold(RollupSources sources);

  // Ranks the accounts if `calls` calls may have more accounts than the cap. Reads the sources'
  // tables of accounts once, and rewinds them.
  Result<void> choose(std::uint64_t calls, const KeyCaps& caps, RollupHistory& history);

  // Whether the account that `merger` returned last is counted by name. If not, adds its rows to
  // those under `(other)`.
  bool take(const NamedRowsMerger& merger, const NamedRows& account);
  // Adds rows that a source has under `(other)`.
  void add_other(std::span<const RollupRow> rows);

  // Ascending.
  [[nodiscard]] std::vector<RollupRow> other_rows() const;
  [[nodiscard]] const FoldedKey& folded() const { return folded_; }

 private:
  [[nodiscard]] std::uint64_t hidden(const NamedRowsMerger& merger) const;

  RollupSources sources_;
  std::vector<std::uint8_t> kept_;  // by account, ascending; empty: all are kept
  std::size_t next_ = 0;
  boost::unordered_flat_map<std::uint64_t, std::uint64_t> other_;
  FoldedKey folded_;
};

}  // namespace fortnight::storage
