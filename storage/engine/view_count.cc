#include "storage/engine/view_count.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <utility>

#include "storage/engine/completeness.h"
#include "storage/engine/count_pieces.h"
#include "storage/engine/file_answers.h"
#include "storage/engine/head_query.h"
#include "storage/engine/view_scan.h"

namespace fortnight::storage {
namespace {

class Counting {
 public:
  Counting(const View& view, const CountQuery& query, const Budget& budget,
           const AnswerMemory* memory)
      : view_(view),
        version_(*view.version),
        query_(query),
        budget_(budget),
        memory_(memory),
        keeps_([this](Day day) { return version_.manifest.keeps(day); }) {}

  Result<CountAnswer> from_calls() {
    answer_.from_calls = true;
    FORTNIGHT_TRY(count_calls(query_.edges, answer_));
    answer_.completeness += completeness_of_calls(view_, query_.edges.front(), query_.edges.back());
    return std::move(answer_);
  }

  Result<ScanSummary> plan() const {
    const CountPieces pieces = cut_buckets(edges_to_cut(), keeps_);
    ScanSummary plan;
    if (!pieces.quarters.empty()) {
      const auto needed =
          version_.rollups_between(pieces.quarters.front().from, pieces.quarters.back().to);
      std::set<Day> days;
      for (const LiveRollup& rollup : needed) days.insert(rollup.entry.name.day);
      plan.days = days.size();
      plan.steps.push_back("rollups: " + std::to_string(needed.size()) + " files, for " +
                           std::to_string(plan.days) + " days; and the calls in memory");
    }
    // At the most where the period begins and ends: quarters that are cut.
    for (const CountPiece& piece : pieces.calls) {
      FORTNIGHT_ASSIGN(ScanSummary cut,
                       explain_view(view_, calls_of(with_edges({piece.from, piece.to}))));
      plan.blocks_considered += cut.blocks_considered;
      plan.blocks_read += cut.blocks_read;
      plan.bytes_read += cut.bytes_read;
      for (std::string& step : cut.steps) plan.steps.push_back("part of a quarter, " + step);
    }
    return plan;
  }

  Result<CountAnswer> from_rollups() {
    const CountPieces pieces = cut_buckets(edges_to_cut(), keeps_);
    answer_.rounded = pieces.rounded;
    FORTNIGHT_TRY(count_quarters(pieces.quarters));
    for (const CountPiece& piece : pieces.calls) {
      CountAnswer part;
      FORTNIGHT_TRY(count_calls({piece.from, piece.to}, part));
      fold(part, {piece.bucket});
      FORTNIGHT_TRY(check_groups(answer_.groups.bytes(), budget_));
      answer_.completeness += completeness_of_calls(view_, piece.from, piece.to);
    }
    return std::move(answer_);
  }

 private:
  static bool overlaps(Day day, const CountQuery& query) {
    return day_start(day) < query.edges.back() && day_start(day + 1) > query.edges.front();
  }

  // Whether no call is kept of [from, to), which are of one day. False where that isn't known.
  [[nodiscard]] bool none_between(TimeNs from, TimeNs to) const {
    const auto outside = [&](TimeNs min_ts, TimeNs max_ts) {
      return max_ts < from || min_ts >= to;
    };
    const Day day = day_of(from);
    const auto& lost = version_.manifest.lost;
    if (std::any_of(lost.begin(), lost.end(),
                    [&](const FileName& name) { return may_have_held(name, from, to); })) {
      return false;
    }
    if (const auto parts = version_.parts.find(day); parts != version_.parts.end()) {
      for (const LivePart& part : parts->second) {
        const PartSummary& summary = part.entry.summary;
        if (!part.reader || !outside(summary.min_ts, summary.max_ts)) return false;
      }
    }
    return std::all_of(view_.head.begin(), view_.head.end(),
                       [&](const auto& piece) { return outside(piece->min_ts, piece->max_ts); });
  }

  // The buckets' edges, the last one moved on to the end of its quarter where nothing comes in
  // between: most questions end now, and would count the running quarter call by call.
  [[nodiscard]] std::vector<TimeNs> edges_to_cut() const {
    std::vector<TimeNs> edges = query_.edges;
    const TimeNs end = end_of_quarter(edges.back());
    if (end != edges.back() && keeps_(day_of(edges.back())) && none_between(edges.back(), end)) {
      edges.back() = end;
    }
    return edges;
  }

  [[nodiscard]] CountQuery with_edges(std::vector<TimeNs> edges) const {
    CountQuery query = query_;
    query.edges = std::move(edges);
    return query;
  }

  Result<void> count_part(const LivePart& part, const CountQuery& query, CountAnswer& out) const {
    const PartSummary& summary = part.entry.summary;
    FORTNIGHT_TRY(add_counts(
        *memory_, {part.entry.name, summary.min_ts, summary.max_ts + 1}, query, budget_,
        [&](const CountQuery& within, const Budget& budget, CountAnswer& answer) {
          return part.reader->count(within, budget, answer);
        },
        out));
    return check_groups(out.groups.bytes(), budget_);
  }

  Result<void> count_rollup(const LiveRollup& rollup, const CountQuery& query,
                            CountAnswer& out) const {
    const Day day = rollup.entry.name.day;
    return add_counts(
        *memory_, {rollup.entry.name, day_start(day), day_start(day + 1)}, query, budget_,
        [&](const CountQuery& within, const Budget& budget, CountAnswer& answer) -> Result<void> {
          const auto reader = rollup.file->open();
          return reader ? (*reader)->count(within, budget, answer) : unread(rollup);
        },
        out);
  }

  // Counts calls between the edges, from parts and the head.
  Result<void> count_calls(const std::vector<TimeNs>& edges, CountAnswer& out) {
    const CountQuery query = with_edges(edges);
    for (const LivePart* part : version_.parts_between(edges.front(), edges.back())) {
      FORTNIGHT_TRY(count_part(*part, query, out));
    }
    return count_head(view_.head, query, keeps_, budget_, out, nullptr);
  }

  // Counts whole quarters, from rollups and the head. A day whose rollups turn out to be damaged is
  // counted by its calls, as long as they are kept: then all of it is counted anew.
  Result<void> count_quarters(const std::vector<CountPiece>& pieces) {
    if (pieces.empty()) return {};
    const PieceEdges edges = edges_of(pieces);
    const CountQuery query = with_edges(edges.edges);
    std::set<Day> damaged;
    for (const FileName& name : version_.manifest.lost) {
      if (name.kind == FileKind::rollup) damaged.insert(name.day);
      // What these held is nowhere else.
      const bool for_good = name.kind == FileKind::late_rollup || name.kind == FileKind::journal;
      const bool missing = may_have_held(name, query.edges.front(), query.edges.back());
      if (for_good && missing) answer_.completeness.miss_one();
    }
    while (true) {
      CountAnswer counted;
      CountAnswer late;
      FORTNIGHT_ASSIGN(const std::optional<Day> bad, count_files(query, damaged, counted, late));
      if (bad) {
        damaged.insert(*bad);
        continue;
      }
      FORTNIGHT_TRY(count_head(view_.head, query, keeps_, budget_, counted, &late));
      fold(counted, edges.buckets);
      answer_.late += fold(late, edges.buckets);
      return check_groups(answer_.groups.bytes(), budget_);
    }
  }

  // Returns the first day that isn't among the `damaged` ones and proves to be.
  Result<std::optional<Day>> count_files(const CountQuery& query, const std::set<Day>& damaged,
                                         CountAnswer& counted, CountAnswer& late) {
    const TimeNs from = query.edges.front();
    const TimeNs to = query.edges.back();
    for (const Day day : damaged) {
      if (overlaps(day, query)) FORTNIGHT_TRY(count_damaged_day(day, query, counted));
    }
    for (const LiveRollup& rollup : version_.rollups_between(from, to)) {
      const Day day = rollup.entry.name.day;
      const bool is_late = rollup.entry.name.kind == FileKind::late_rollup;
      const bool by_calls = !is_late && damaged.contains(day) && keeps_(day);
      if (by_calls) continue;
      const auto added = count_rollup(rollup, query, is_late ? late : counted);
      FORTNIGHT_TRY(check_groups(counted.groups.bytes() + late.groups.bytes(), budget_));
      if (added) continue;
      if (added.error().code != ErrorCode::corrupt) return added.error();
      if (!is_late && keeps_(day)) return std::optional(day);
      counted.completeness.miss_one();
    }
    return std::optional<Day>();
  }

  Result<void> count_damaged_day(Day day, const CountQuery& query, CountAnswer& counted) {
    if (!keeps_(day)) {
      counted.completeness.miss_one();
      return {};
    }
    counted.completeness += completeness_of_calls(view_, day_start(day), day_start(day + 1));
    const auto parts = version_.parts.find(day);
    if (parts == version_.parts.end()) return {};
    for (const LivePart& part : parts->second) {
      if (part.reader) FORTNIGHT_TRY(count_part(part, query, counted));
    }
    return {};
  }

  // Adds a count by pieces to the answer, each to its bucket; returns the calls added.
  std::uint64_t fold(CountAnswer& pieces, const std::vector<std::size_t>& buckets) {
    CountGroups& groups = pieces.groups;
    groups.move_buckets(buckets);
    std::uint64_t calls = 0;
    for (CountGroups::Group group = 0; group < groups.size(); ++group) {
      calls += groups.total(group).calls;
    }
    if (answer_.groups.empty()) {
      answer_.groups = std::move(groups);
    } else {
      answer_.groups.add(groups);
    }
    answer_.completeness += pieces.completeness;
    return calls;
  }

  const View& view_;
  const Version& version_;
  const CountQuery& query_;
  const Budget& budget_;
  const AnswerMemory* const memory_;  // null where nothing is counted
  const KeepsDay keeps_;
  CountAnswer answer_;
};

}  // namespace

Result<CountAnswer> count_view(const View& view, const CountQuery& query, const Budget& budget,
                               const AnswerMemory& memory) {
  const bool ascend = std::adjacent_find(query.edges.begin(), query.edges.end(),
                                         std::greater_equal<>()) == query.edges.end();
  if (query.edges.size() < 2 || !ascend) {
    return Error{ErrorCode::invalid, "count: edges must ascend, and be two at least"};
  }
  Counting counting(view, query, budget, &memory);
  return RollupReader::answers(query) ? counting.from_rollups() : counting.from_calls();
}

Result<ScanSummary> explain_count_view(const View& view, const CountQuery& query) {
  if (!RollupReader::answers(query)) return explain_view(view, calls_of(query));
  return Counting(view, query, {}, nullptr).plan();
}

}  // namespace fortnight::storage
