// The merging of sources: their combos made one list, their tables one stream of names.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "storage/rollup/caps.h"
#include "storage/rollup/source.h"

namespace fortnight::storage {

using RollupSources = std::span<const std::unique_ptr<RollupSource>>;

// The sources' keys as one.
struct MergedKeys {
  RollupKeys keys;
  std::vector<RollupRow> totals;  // of all sources, in terms of `keys`
  // For each source, the index in `keys.combos` of each of its combos.
  std::vector<std::vector<std::uint32_t>> combos;
  RollupFold fold;  // but for the account
};

class RollupHistory;

// Reads the sources' totals, and folds their keys to the caps. ErrorCode::limit where there are too
// many combos to fold them, ErrorCode::corrupt where rows speak of combos that aren't there.
Result<MergedKeys> merge_keys(RollupSources sources, const KeyCaps& caps, RollupHistory& history);

// Puts the sources' rows of one table together, name by name. `sources` must outlive it.
class NamedRowsMerger {
 public:
  NamedRowsMerger(RollupSources sources, RollupTable table);

  // The next name with its rows, those of sources[i] translated by combos[i]; without `combos` rows
  // stay as they are. False after the last name.
  Result<bool> next(NamedRows& out, const std::vector<std::vector<std::uint32_t>>* combos);
  // Of the last name: whether the source has it.
  [[nodiscard]] bool came_from(std::size_t source) const { return heads_[source].given; }
  // The table begins anew.
  void rewind();

 private:
  struct Head {
    NamedRows rows;
    bool there = false;
    bool given = false;  // with the last name
  };
  Result<void> advance(std::size_t source);

  RollupSources sources_;
  RollupTable table_;
  bool started_ = false;
  std::vector<Head> heads_;
};

}  // namespace fortnight::storage
