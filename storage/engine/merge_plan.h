// What to merge next. Decides from a version alone; reads no files.
//
// Parts of a day are merged in runs of like size that follow one another, so that each call is
// written anew once a tier; a day that is over and quiet is sealed: all its parts become one
// segment.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "storage/engine/version.h"

namespace fortnight::storage {

// What may be asked of MergeRules::quiet at the most.
inline constexpr int kLongestQuiet = 8;

struct MergeRules {
  std::size_t width = 8;  // parts of like size that make a merge
  // Whether the day is over and nothing has come to it for `times` the usual while.
  std::function<bool(Day, int times)> quiet;
  // Numbers of files that can't be read whole: they stay as they are.
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
  // All of the day's of that kind. A single one is to be folded to the caps, if need be.
  std::vector<LiveRollup> inputs;
  bool capped = false;  // the output is to be within the caps: few more calls will come
};
std::optional<RollupMergePlan> plan_rollup_merge(const Version& version, const MergeRules& rules);

}  // namespace fortnight::storage
