// A version of the store: the live files of one manifest, opened. Immutable. Queries keep the
// version that they began with, and its files stay readable meanwhile.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "storage/engine/head.h"
#include "storage/engine/live_rollup.h"
#include "storage/engine/manifest.h"
#include "storage/files/block_cache.h"
#include "storage/part/part.h"
#include "storage/query.h"
#include "storage/rollup/caps.h"

namespace fortnight::storage {

struct LivePart {
  PartEntry entry;
  std::shared_ptr<const PartReader> reader;  // null: can't be read at present
};

// Bytes of lines in the parts and segments that were written since the start.
struct WrittenLines {
  std::uint64_t arrived = 0;  // of calls from the head
  std::uint64_t all = 0;      // and of those that a merge wrote again
};

struct Version {
  Manifest manifest;
  std::map<Day, std::vector<LivePart>> parts;  // by day, ordered by their first call's number
  std::vector<LiveRollup> rollups;             // by day, kind and number
  WrittenLines written;

  // The readable parts that may have calls of [from, to).
  [[nodiscard]] std::vector<const LivePart*> parts_between(TimeNs from, TimeNs to) const;
  // The rollups of the days that [from, to) overlaps.
  [[nodiscard]] std::span<const LiveRollup> rollups_between(TimeNs from, TimeNs to) const;
  // Null if it isn't among the rollups.
  [[nodiscard]] const LiveRollup* find(const FileName& name) const;
};

// The rollups of the days before `day`.
EarlierRollups earlier_rollups(std::shared_ptr<const Version> version, Day day);

// What a query sees: a version, and the calls that none of its parts has.
struct View {
  std::shared_ptr<const Version> version;
  HeadBatches head;
  std::uint64_t next_seq = 1;  // above all its calls

  // A range that includes all calls and counts; nothing if there are none.
  [[nodiscard]] std::optional<TimeRange> extent() const;
  // The number of days of which calls are kept.
  [[nodiscard]] std::size_t kept_days() const;
};

// Opens the files that `manifest` names, and reuses those that are open in `before` (may be null).
// Damaged and missing files are moved from the manifest's lists to its `lost`, and their names are
// added to `damaged`.
std::shared_ptr<const Version> open_version(FileSystem& files, Manifest manifest,
                                            const Version* before,
                                            const std::shared_ptr<BlockCache>& cache,
                                            std::vector<FileName>& damaged);

}  // namespace fortnight::storage
