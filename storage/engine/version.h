// A version of the store: what one manifest says is live, with its files open. Immutable; queries
// hold on to the one that they began with, and the files that it names can be read for as long.
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
#include "storage/rollup/caps.h"
#include "storage/store.h"

namespace fortnight::storage {

struct LivePart {
  PartEntry entry;
  std::shared_ptr<const PartReader> reader;  // null: it can't be read at present
};

struct Version {
  Manifest manifest;
  std::map<Day, std::vector<LivePart>> parts;  // of a day, by their first call's number
  std::vector<LiveRollup> rollups;             // by day, kind and number

  // Those that can be read and may hold calls of [from, to).
  [[nodiscard]] std::vector<const LivePart*> parts_between(TimeNs from, TimeNs to) const;
  // Those of the days that [from, to) touches.
  [[nodiscard]] std::span<const LiveRollup> rollups_between(TimeNs from, TimeNs to) const;
  // Null where it isn't among the rollups.
  [[nodiscard]] const LiveRollup* find(const FileName& name) const;
};

// What the days before `day` counted.
EarlierRollups earlier_rollups(std::shared_ptr<const Version> version, Day day);

// What a query sees: a version, and the calls that none of its parts holds.
struct View {
  std::shared_ptr<const Version> version;
  HeadBatches head;
  std::uint64_t next_seq = 1;  // behind all its calls

  // A range that all calls and counts are in; nothing where there are none.
  [[nodiscard]] std::optional<TimeRange> extent() const;
};

// Opens the files that `manifest` names, taking from `before` (may be null) what is open there.
// Files that are damaged or missing are taken out of the manifest and told in `lost` of it, and
// their names are added to `damaged`.
std::shared_ptr<const Version> open_version(FileSystem& files, Manifest manifest,
                                            const Version* before,
                                            const std::shared_ptr<BlockCache>& cache,
                                            std::vector<FileName>& damaged);

}  // namespace fortnight::storage
