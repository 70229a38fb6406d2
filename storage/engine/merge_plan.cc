#include "storage/engine/merge_plan.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

using Parts = std::vector<LivePart>;

// The most inputs of a merge: each has a descriptor and a directory.
constexpr std::size_t kMostInputs = 1024;
// Blocks that a merge holds at once: one of each input whose calls have begun and not ended. Two
// are always allowed.
constexpr std::uint64_t kMostBlockBytes = 24U << 20;
// A past day is sealed soon, so its parts are merged before that only if they are this many.
constexpr std::size_t kMostFreshOfPastDay = 128;
// Rollup files that a day may have before they are merged into one.
constexpr std::size_t kMostRollups = 8;
// Rollups of days that were dropped longer ago were folded while their calls were kept.
constexpr Day kFoldedDays = 2;
// A segment is rewritten for late parts once they reach this share of it, or once the day has been
// quiet for kLongestQuiet times the usual period.
constexpr std::uint64_t kLateShare = 8;

Parts mergeable(const Parts& parts, const MergeRules& rules) {
  Parts out;
  for (const LivePart& part : parts) {
    if (part.reader && !rules.unmergeable.contains(part.entry.name.number)) out.push_back(part);
  }
  return out;
}

Parts run(const Parts& parts, std::size_t first, std::size_t count) {
  const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

// A block of the part, decoded.
std::uint64_t block_bytes(const PartSummary& summary) {
  const std::uint64_t mean = summary.line_bytes / std::max<std::uint64_t>(summary.calls, 1);
  return std::min(mean * kBlockCalls, kBlockLineBytes + mean);
}

// Whether the blocks that a merge of these parts holds at once are within the bound.
bool fits(const Parts& parts, std::size_t first, std::size_t count) {
  if (count <= 2) return true;
  struct Edge {
    TimeNs ts;
    bool end;
    std::uint64_t bytes;
  };
  std::vector<Edge> edges;
  for (std::size_t i = first; i < first + count; ++i) {
    const PartSummary& summary = parts[i].entry.summary;
    if (summary.calls == 0) continue;
    edges.push_back({summary.min_ts, false, block_bytes(summary)});
    edges.push_back({summary.max_ts, true, block_bytes(summary)});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return std::tie(a.ts, a.end) < std::tie(b.ts, b.end);
  });
  std::uint64_t bytes = 0;
  std::size_t held = 0;
  for (const Edge& edge : edges) {
    bytes += edge.end ? -edge.bytes : edge.bytes;
    held += edge.end ? std::size_t(-1) : 1;
    if (bytes > kMostBlockBytes && held > 2) return false;
  }
  return true;
}

// How many of the parts, from one on, can be merged at once.
std::size_t max_inputs(const Parts& parts, std::size_t first) {
  const std::size_t most = std::min(parts.size() - first, kMostInputs);
  if (fits(parts, first, most)) return most;
  std::size_t fit = std::min<std::size_t>(most, 2);
  std::size_t too_many = fit * 2;
  while (too_many < most && fits(parts, first, too_many)) {
    fit = too_many;
    too_many *= 2;
  }
  too_many = std::min(too_many, most);
  while (too_many - fit > 1) {
    const std::size_t middle = fit + (too_many - fit) / 2;
    (fits(parts, first, middle) ? fit : too_many) = middle;
  }
  return fit;
}

// Of the runs that can be merged at once, the one that costs least for each file less. So a call
// is written again once for each level of a balanced tree, instead of once for each run.
Parts cheapest_run(const Parts& parts) {
  Parts best;
  double least = 0;
  for (std::size_t first = 0; first + 1 < parts.size(); ++first) {
    Parts candidate = run(parts, first, max_inputs(parts, first));
    double bytes = 0;
    for (const LivePart& part : candidate) bytes += static_cast<double>(part.entry.summary.bytes);
    const double cost = bytes / static_cast<double>(candidate.size() - 1);
    if (!best.empty() && cost >= least) continue;
    least = cost;
    best = std::move(candidate);
  }
  return best;
}

// Parts whose calls haven't been written again since they arrived, if they are enough for a merge.
// The wider the more merged parts there are, so that the number of all grows with the root of the
// number of flushes, and each call is merged once.
Parts fresh_parts(Day day, const Parts& parts, const MergeRules& rules) {
  Parts fresh;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(fresh), [](const LivePart& part) {
    return part.entry.rewrites == 0 && part.entry.name.kind == FileKind::part;
  });
  const std::size_t least = day < rules.today ? kMostFreshOfPastDay : rules.width;
  if (fresh.size() < std::max(least, parts.size() - fresh.size())) return {};
  return run(fresh, 0, max_inputs(fresh, 0));
}

bool worth_sealing(const Parts& parts, Day day, const MergeRules& rules) {
  std::uint64_t sealed = 0;
  std::uint64_t late = 0;
  for (const LivePart& part : parts) {
    const bool is_segment = part.entry.name.kind == FileKind::segment;
    (is_segment ? sealed : late) += part.entry.summary.bytes;
  }
  if (late == 0) return parts.size() > 1;
  return sealed == 0 || late * kLateShare >= sealed || rules.quiet(day, kLongestQuiet);
}

std::optional<MergePlan> plan_day(Day day, const Parts& all, const MergeRules& rules) {
  const Parts parts = mergeable(all, rules);
  if (parts.empty()) return std::nullopt;
  if (rules.quiet(day, 1) && worth_sealing(parts, day, rules)) {
    if (max_inputs(parts, 0) == parts.size()) return MergePlan{day, true, parts};
    return MergePlan{day, false, cheapest_run(parts)};
  }
  Parts inputs = fresh_parts(day, parts, rules);
  if (inputs.empty()) return std::nullopt;
  return MergePlan{day, false, std::move(inputs)};
}

}  // namespace

std::optional<MergePlan> plan_merge(const Version& version, const MergeRules& rules) {
  // Newest day first, since that is where parts accumulate.
  for (auto day = version.parts.rbegin(); day != version.parts.rend(); ++day) {
    if (auto plan = plan_day(day->first, day->second, rules)) return plan;
  }
  return std::nullopt;
}

std::optional<RollupMergePlan> plan_rollup_merge(const Version& version, const MergeRules& rules) {
  const std::vector<LiveRollup>& all = version.rollups;
  for (auto first = all.begin(); first != all.end();) {
    const FileName& name = first->entry.name;
    const auto last = std::find_if(first, all.end(), [&](const LiveRollup& rollup) {
      return rollup.entry.name.day != name.day || rollup.entry.name.kind != name.kind;
    });
    RollupMergePlan plan{name.day, name.kind, {}, false};
    std::copy_if(first, last, std::back_inserter(plan.inputs), [&](const LiveRollup& rollup) {
      return !rules.unmergeable.contains(rollup.entry.name.number);
    });
    const bool quiet = rules.quiet(plan.day, 1);
    const bool unfolded = plan.inputs.size() == 1 && name.kind == FileKind::rollup &&
                          name.day + kFoldedDays >= version.manifest.first_kept &&
                          !rules.capped.contains(plan.inputs.front().entry.name.number);
    const bool due =
        plan.inputs.size() >= kMostRollups || (quiet && (plan.inputs.size() > 1 || unfolded));
    plan.quiet = quiet;
    plan.capped = quiet || name.kind == FileKind::late_rollup || !version.manifest.keeps(name.day);
    if (due) return plan;
    first = last;
  }
  return std::nullopt;
}

}  // namespace fortnight::storage
