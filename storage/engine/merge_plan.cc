#include "storage/engine/merge_plan.h"

#include <algorithm>
#include <bit>
#include <iterator>

#include "storage/packing/limits.h"

namespace fortnight::storage {
namespace {

using Parts = std::vector<LivePart>;

// The most inputs that are read at once, since each holds a block. The memory of these blocks is
// bounded too, but two inputs are always allowed.
constexpr std::size_t kMostInputs = 32;
constexpr std::uint64_t kMostBlockBytes = 24U << 20;
// Rollup files that a day may have before they are merged into one.
constexpr std::size_t kMostRollups = 8;
// Rollups of days that were dropped longer ago were folded while their calls were kept.
constexpr Day kFoldedDays = 2;
// A segment is rewritten for late parts once they reach this share of it, or once the day has been
// quiet for kLongestQuiet times the usual period.
constexpr std::uint64_t kLateShare = 8;

// The sizes of the parts of one tier differ by less than a factor of eight.
std::uint64_t tier(const LivePart& part) {
  return (std::bit_width(part.entry.summary.bytes) + 2) / 3;
}

Parts mergeable(const Parts& parts, const MergeRules& rules) {
  Parts out;
  for (const LivePart& part : parts) {
    if (part.reader && !rules.unmergeable.contains(part.entry.name.number)) out.push_back(part);
  }
  return out;
}

// How many of the parts, from the first on, can be merged at once.
std::size_t max_inputs(const Parts& parts) {
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  for (; count < std::min(parts.size(), kMostInputs); ++count) {
    const PartSummary& summary = parts[count].entry.summary;
    const std::uint64_t mean = summary.line_bytes / std::max<std::uint64_t>(summary.calls, 1);
    bytes += std::min(mean * kBlockCalls, kBlockLineBytes + mean);
    if (bytes > kMostBlockBytes && count >= 2) break;
  }
  return count;
}

Parts run(const Parts& parts, std::size_t first, std::size_t count) {
  const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(first);
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

// The newest run of `width` parts of one tier; if there are very many parts, the newest run.
Parts like_parts(const Parts& parts, std::size_t width) {
  for (std::size_t first = parts.size() >= width ? parts.size() - width + 1 : 0; first-- > 0;) {
    Parts candidate = run(parts, first, width);
    const std::uint64_t expected = tier(candidate.front());
    if (std::all_of(candidate.begin(), candidate.end(),
                    [&](const LivePart& part) { return tier(part) == expected; })) {
      return candidate;
    }
  }
  if (parts.size() > kMostInputs) return run(parts, parts.size() - width, width);
  return {};
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
    const std::size_t most = max_inputs(parts);
    return MergePlan{day, most == parts.size(), run(parts, 0, most)};
  }
  Parts inputs = like_parts(parts, rules.width);
  if (inputs.empty()) return std::nullopt;
  inputs = run(inputs, 0, max_inputs(inputs));
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
