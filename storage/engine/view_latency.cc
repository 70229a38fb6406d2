#include "storage/engine/view_latency.h"

#include <algorithm>

#include "storage/engine/completeness.h"

namespace fortnight::storage {
namespace {

bool asked_for(std::string_view endpoint, const LatencyQuery& query) {
  return query.endpoints.empty() ||
         std::any_of(query.endpoints.begin(), query.endpoints.end(),
                     [&](const TextPattern& pattern) { return pattern.matches(endpoint); });
}

void add_head(const HeadBatch& piece, const LatencyQuery& query,
              std::vector<LatencySketch>& sketches) {
  for (const Call& call : piece.batch.calls) {
    const auto edge = std::upper_bound(query.edges.begin(), query.edges.end(), call.ts);
    if (edge == query.edges.begin() || edge == query.edges.end()) continue;
    if (call.duration_ns == kNoDuration) continue;
    if (!asked_for(piece.batch.field(call, TextField::endpoint), query)) continue;
    sketches[static_cast<std::size_t>(edge - query.edges.begin()) - 1].add(call.duration_ns);
  }
}

// ErrorCode::limit where the sketches outgrow the budget.
Result<void> check_memory(const std::vector<LatencySketch>& sketches, const Budget& budget) {
  std::size_t bytes = sketches.size() * sizeof(LatencySketch);
  for (const LatencySketch& sketch : sketches) bytes += sketch.memory();
  return check_groups(bytes, budget);
}

}  // namespace

Result<LatencyAnswer> view_latency(const View& view, const LatencyQuery& query,
                                   const Budget& budget) {
  if (query.edges.size() < 2) return Error{ErrorCode::invalid, "latency: two edges at the least"};
  const TimeNs from = query.edges.front();
  const TimeNs to = query.edges.back();
  const Version& version = *view.version;
  LatencyAnswer answer;
  answer.sketches.resize(query.edges.size() - 1);
  for (const LiveRollup& rollup : version.rollups_between(from, to)) {
    if (auto stop = budget.stop ? budget.stop() : std::nullopt) return *stop;
    const auto reader = rollup.file->open();
    const auto added = reader ? (*reader)->latency(query, answer.sketches) : unread(rollup);
    if (!added && added.error().code != ErrorCode::corrupt) return added.error();
    if (!added) answer.completeness.miss_one();
    FORTNIGHT_TRY(check_memory(answer.sketches, budget));
  }
  for (const FileName& name : version.manifest.lost) {
    const bool counted = name.kind == FileKind::rollup || name.kind == FileKind::late_rollup ||
                         name.kind == FileKind::journal;
    if (counted && may_have_held(name, from, to)) answer.completeness.miss_one();
  }
  for (const auto& piece : view.head) {
    if (piece->max_ts < from || piece->min_ts >= to) continue;
    add_head(*piece, query, answer.sketches);
    FORTNIGHT_TRY(check_memory(answer.sketches, budget));
  }
  return answer;
}

}  // namespace fortnight::storage
