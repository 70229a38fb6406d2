// Decides what to merge next, from a version alone; reads no files.
//
// A day's calls are written when they arrive, at most once more while the day is open, and when it
// is sealed: then it is past and quiet, and all its parts become one segment. Only if so many parts
// have calls of the same time that a merge would hold too many blocks, the day is sealed in steps:
// a balanced tree, in which each call is written once for each level.
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
  std::size_t width = 8;  // of the current day, the least number of parts that are merged
  Day today = 0;
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
