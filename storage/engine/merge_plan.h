// Decides what to merge next, from a version alone; reads no files.
//
// Consecutive parts of a day with similar sizes are merged, so that each call is rewritten once per
// tier. A past day that is quiet is sealed: all its parts become one segment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "storage/engine/version.h"

namespace fortnight::storage {

// The greatest `times` that MergeRules::quiet is called with.
inline constexpr int kLongestQuiet = 8;

struct MergeRules {
  std::size_t width = 8;  // parts of similar size that are merged into one
  // Whether the day is past and nothing has come to it for `times` times the usual period.
  std::function<bool(Day, int times)> quiet;
  // Numbers of files that can't be read completely; they are not merged.
  std::set<std::uint64_t> unmergeable;
  // Numbers of rollups that are known to be within the caps.
  std::set<std::uint64_t> capped;
};

struct MergePlan {
  Day day = 0;
  bool seal = false;  // the output is the day's segment
  std::vector<LivePart> inputs;
};
std::optional<MergePlan> plan_merge(const Version& version, const MergeRules& rules);

struct RollupMergePlan {
  Day day = 0;
  FileKind kind = FileKind::rollup;
  // All rollups of the day of one kind. A single one is folded to the caps if it exceeds them.
  std::vector<LiveRollup> inputs;
  bool capped = false;  // fold the output to the caps, since few more calls will come
  bool quiet = false;   // and to the cap on unmatched endpoints, since no call comes now
};
std::optional<RollupMergePlan> plan_rollup_merge(const Version& version, const MergeRules& rules);

}  // namespace fortnight::storage
