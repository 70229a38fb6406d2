#include "storage/engine/view_latency.h"

#include <algorithm>
#include <limits>
#include <span>

#include "storage/engine/completeness.h"
#include "storage/engine/view_scan.h"

namespace fortnight::storage {
namespace {

bool asked_for(std::string_view endpoint, const SketchQuery& query) {
  return query.endpoints.empty() ||
         std::any_of(query.endpoints.begin(), query.endpoints.end(),
                     [&](const TextPattern& pattern) { return pattern.matches(endpoint); });
}

void add_head(const HeadBatch& piece, const SketchQuery& query,
              std::vector<LatencySketch>& sketches) {
  for (const Call& call : piece.batch.calls) {
    const auto edge = std::upper_bound(query.edges.begin(), query.edges.end(), call.ts);
    if (edge == query.edges.begin() || edge == query.edges.end()) continue;
    if (call.duration_ns == kNoDuration) continue;
    if (!asked_for(piece.batch.field(call, TextField::endpoint), query)) continue;
    sketches[static_cast<std::size_t>(edge - query.edges.begin()) - 1].add(call.duration_ns);
  }
}

// ErrorCode::limit if the sketches exceed the budget.
Result<void> check_memory(const std::vector<LatencySketch>& sketches, const Budget& budget) {
  std::size_t bytes = sketches.size() * sizeof(LatencySketch);
  for (const LatencySketch& sketch : sketches) bytes += sketch.memory();
  return budget.check_memory(bytes);
}

using Rollups = std::span<const LiveRollup>;

// Adds the calls of a kept day, except those in the head.
Result<void> add_calls(const View& view, Day day, const SketchQuery& query, const Budget& budget,
                       LatencyAnswer& answer) {
  CallQuery calls;
  calls.from = std::max(query.edges.front(), day_start(day));
  calls.to = std::min(query.edges.back(), day_start(day + 1));
  Predicate& endpoint = calls.predicates.emplace_back();
  endpoint.field = TextField::endpoint;
  endpoint.patterns = query.endpoints;
  calls.order = Order::any;
  calls.limit = std::numeric_limits<std::uint64_t>::max();
  calls.with_ids = false;
  calls.fields.reset();
  const View files{view.version, {}, view.next_seq};
  const auto add = [&](CallRecord&& call) {
    if (call.duration_ns == kNoDuration) return true;
    const auto edge = std::upper_bound(query.edges.begin(), query.edges.end(), call.ts);
    answer.sketches[static_cast<std::size_t>(edge - query.edges.begin()) - 1].add(call.duration_ns);
    return true;
  };
  ScanSummary found;
  FORTNIGHT_TRY(scan_view(files, calls, budget, add, found));
  answer.completeness += found.completeness;
  return {};
}

// Adds a day's sketches. If the requested endpoints may be under `(other)`, they are computed from
// the day's calls, if those are kept.
Result<void> add_day(const View& view, Rollups rollups, const SketchQuery& query,
                     const Budget& budget, LatencyAnswer& answer) {
  const Day day = rollups.front().entry.name.day;
  const bool kept = view.version->manifest.keeps(day);
  std::vector<LatencySketch> of_day(answer.sketches.size());
  std::uint64_t untested = 0;
  for (const LiveRollup& rollup : rollups) {
    FORTNIGHT_TRY(budget.check());
    const bool late = rollup.entry.name.kind == FileKind::late_rollup;
    const auto reader = rollup.file->open();
    const auto added = reader ? (*reader)->latency(query, late ? answer.sketches : of_day)
                              : Result<std::uint64_t>(unread(rollup).error());
    if (added) {
      (kept && !late ? untested : answer.completeness.untested) += *added;
    } else if (added.error().code == ErrorCode::corrupt) {
      rollup.file->note_unreadable(added.error());
      answer.completeness.miss(damage_number(rollup.entry.name));
    } else {
      return added.error();
    }
  }
  if (untested != 0) return add_calls(view, day, query, budget, answer);
  for (std::size_t i = 0; i < of_day.size(); ++i) answer.sketches[i].merge(of_day[i]);
  return {};
}

}  // namespace

std::optional<SketchQuery> sketch_query(const LatencyQuery& query, TimeNs now) {
  SketchQuery sketches{query.edges, {}};
  // No call is later than now, so the running hour counts whole.
  if (TimeNs& last = sketches.edges.back(); last == now) {
    last = (floor_div(last - 1, kNsPerHour) + 1) * kNsPerHour;
  }
  const bool whole_hours = std::all_of(sketches.edges.begin(), sketches.edges.end(),
                                       [](TimeNs edge) { return edge % kNsPerHour == 0; });
  if (!whole_hours || query.predicates.size() > 1) return std::nullopt;
  for (const Predicate& predicate : query.predicates) {
    const bool endpoint = predicate.subject == Predicate::Subject::field &&
                          predicate.field == TextField::endpoint && !predicate.negated;
    if (!endpoint) return std::nullopt;
    sketches.endpoints = predicate.patterns;
  }
  return sketches;
}

Result<LatencyAnswer> view_latency(const View& view, const SketchQuery& query,
                                   const Budget& budget) {
  if (query.edges.size() < 2) return Error{ErrorCode::invalid, "latency: two edges at the least"};
  const TimeNs from = query.edges.front();
  const TimeNs to = query.edges.back();
  const Version& version = *view.version;
  LatencyAnswer answer;
  answer.sketches.resize(query.edges.size() - 1);
  answer.basis = Basis::counts;
  const Rollups rollups = version.rollups_between(from, to);
  for (auto first = rollups.begin(); first != rollups.end();) {
    const auto last = std::find_if(first, rollups.end(), [&](const LiveRollup& rollup) {
      return rollup.entry.name.day != first->entry.name.day;
    });
    FORTNIGHT_TRY(add_day(view, {first, last}, query, budget, answer));
    FORTNIGHT_TRY(check_memory(answer.sketches, budget));
    first = last;
  }
  if (answer.completeness.untested != 0) answer.completeness.complete = false;
  for (const FileName& name : version.manifest.lost) {
    const bool counted =
        name.kind == FileKind::rollup || name.kind == FileKind::late_rollup || is_unaccounted(name);
    if (counted && may_have_held(name, from, to)) {
      answer.completeness.miss(damage_number(name));
    }
  }
  for (const auto& piece : view.head) {
    if (piece->max_ts < from || piece->min_ts >= to) continue;
    add_head(*piece, query, answer.sketches);
    FORTNIGHT_TRY(check_memory(answer.sketches, budget));
  }
  return answer;
}

}  // namespace fortnight::storage
