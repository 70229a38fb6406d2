// Merges sources: their combos into one list, their tables into one stream of names.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "storage/rollup/caps.h"
#include "storage/rollup/source.h"

namespace fortnight::storage {

using RollupSources = std::span<const std::unique_ptr<RollupSource>>;

// The merged keys of the sources.
struct MergedKeys {
  RollupKeys keys;
  std::vector<RollupRow> totals;  // of all sources, with combos of `keys`
  // For each source, the index in `keys.combos` of each of its combos.
  std::vector<std::vector<std::uint32_t>> combos;
  RollupFold fold;  // except the account's
};

class RollupHistory;

// Reads the sources' totals and folds their keys to the caps. ErrorCode::limit if there are too
// many combos to fold, ErrorCode::corrupt if rows have combos that don't exist.
Result<MergedKeys> merge_keys(RollupSources sources, const KeyCaps& caps, RollupHistory& history);

// Merges the sources' rows of one table, name by name. `sources` must outlive it.
class NamedRowsMerger {
 public:
  NamedRowsMerger(RollupSources sources, RollupTable table);

  // Returns the next name with its rows. Rows of sources[i] are translated by combos[i]; without
  // `combos` they stay as they are. False after the last name.
  Result<bool> next(NamedRows& out, const std::vector<std::vector<std::uint32_t>>* combos);
  // Whether the source has the last returned name.
  [[nodiscard]] bool came_from(std::size_t source) const { return heads_[source].given; }
  // Restarts the table.
  void rewind();

 private:
  struct Head {
    NamedRows rows;
    bool there = false;
    bool given = false;  // the source had the last returned name
  };
  Result<void> advance(std::size_t source);

  RollupSources sources_;
  RollupTable table_;
  bool started_ = false;
  std::vector<Head> heads_;
};

}  // namespace fortnight::storage
