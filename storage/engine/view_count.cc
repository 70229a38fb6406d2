#include "storage/engine/view_count.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "storage/engine/completeness.h"
#include "storage/engine/count_pieces.h"
#include "storage/engine/file_answers.h"
#include "storage/engine/head_query.h"
#include "storage/engine/unmatched_endpoints.h"
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
    answer_.basis = Basis::calls;
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
    FORTNIGHT_TRY(add_days_by_calls(pieces, plan));
    // Quarters that are cut: at most at the beginning and the end of the period.
    for (const CountPiece& piece : pieces.calls) {
      FORTNIGHT_TRY(add_calls(piece.from, piece.to, "part of a quarter, ", plan));
    }
    return plan;
  }

  Result<CountAnswer> from_rollups() {
    answer_.basis = Basis::counts;
    const CountPieces pieces = cut_buckets(edges_to_cut(), keeps_);
    answer_.rounded = pieces.rounded;
    FORTNIGHT_TRY(count_quarters(pieces.quarters));
    for (const CountPiece& piece : pieces.calls) {
      CountAnswer part;
      FORTNIGHT_TRY(count_calls({piece.from, piece.to}, part));
      fold(part, {piece.bucket});
      FORTNIGHT_TRY(budget_.check_memory(answer_.groups.bytes()));
      answer_.completeness += completeness_of_calls(view_, piece.from, piece.to);
    }
    return std::move(answer_);
  }

  // from_rollups(), with at most `max_unmatched` unmatched endpoints by name.
  Result<CountAnswer> from_rollups(std::size_t max_unmatched) {
    FORTNIGHT_ASSIGN(CountAnswer answer, from_rollups());
    const bool folds =
        folds_unmatched(query_) && may_have_more_unmatched(answer.groups, max_unmatched);
    if (!folds) return answer;
    const Budget::Reservation held = budget_.reserve(answer.groups.bytes());
    FORTNIGHT_TRY(budget_.check_memory(answer.groups.bytes()));  // fold_unmatched() copies names
    const CountQuery matching = matched_calls(query_);
    FORTNIGHT_ASSIGN(const CountAnswer matched,
                     Counting(view_, matching, budget_, memory_).from_rollups());
    fold_unmatched(answer, matched.groups, max_unmatched);
    return answer;
  }

 private:
  // Adds the cost of counting calls one by one to a plan.
  Result<void> add_calls(TimeNs from, TimeNs to, const std::string& why, ScanSummary& plan) const {
    FORTNIGHT_ASSIGN(ScanSummary cut, explain_view(view_, calls_of(with_edges({from, to}))));
    plan.blocks_considered += cut.blocks_considered;
    plan.blocks_read += cut.blocks_read;
    plan.bytes_read += cut.bytes_read;
    for (std::string& step : cut.steps) plan.steps.push_back(why + step);
    return {};
  }

  // Adds the kept days whose rollups have the requested values under `(other)`.
  Result<void> add_days_by_calls(const CountPieces& pieces, ScanSummary& plan) const {
    if (pieces.quarters.empty()) return {};
    const TimeNs from = pieces.quarters.front().from;
    const TimeNs to = pieces.quarters.back().to;
    std::set<Day> days;
    for (const LiveRollup& rollup : version_.rollups_between(from, to)) {
      const Day day = rollup.entry.name.day;
      if (!keeps_(day) || rollup.entry.name.kind == FileKind::late_rollup) continue;
      const auto reader = rollup.file->open();
      if (reader && (*reader)->may_fold(query_)) days.insert(day);
    }
    for (const Day day : days) {
      FORTNIGHT_TRY(add_calls(std::max(from, day_start(day)), std::min(to, day_start(day + 1)),
                              "values past a cap, ", plan));
    }
    return {};
  }

  static bool overlaps(Day day, const CountQuery& query) {
    return day_start(day) < query.edges.back() && day_start(day + 1) > query.edges.front();
  }

  // Whether no call of [from, to), which is within one day, is kept. False if that is unknown.
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

  // The buckets' edges. The last one is moved to the end of its quarter if no call is between them.
  // Most queries end at the current time, and would otherwise count the current quarter call by
  // call.
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
        *memory_,
        {part.entry.name, summary.min_ts, summary.max_ts + 1, count_of(part.entry.erased)}, query,
        budget_,
        [&](const CountQuery& within, CountAnswer& answer) {
          return part.reader->count(within, budget_, answer);
        },
        out));
    return budget_.check_memory(out.groups.bytes());
  }

  Result<FileCounts> count_rollup(const LiveRollup& rollup, const CountQuery& query) const {
    const Day day = rollup.entry.name.day;
    return counts_of_file(*memory_, {rollup.entry.name, day_start(day), day_start(day + 1)}, query,
                          [&](const CountQuery& within, CountAnswer& answer) -> Result<void> {
                            const auto reader = rollup.file->open();
                            return reader ? (*reader)->count(within, budget_, answer)
                                          : unread(rollup);
                          });
  }

  // Counts calls between the edges, from parts and the head.
  Result<void> count_calls(const std::vector<TimeNs>& edges, CountAnswer& out) {
    const CountQuery query = with_edges(edges);
    for (const LivePart* part : version_.parts_between(edges.front(), edges.back())) {
      FORTNIGHT_TRY(count_part(*part, query, out));
    }
    return count_head(view_.head, query, keeps_, budget_, out, nullptr);
  }

  // Counts whole quarters, from rollups and the head. A day is counted from its calls, if they are
  // kept, when its rollups are damaged or have the requested values under `(other)`.
  Result<void> count_quarters(const std::vector<CountPiece>& pieces) {
    if (pieces.empty()) return {};
    const PieceEdges edges = edges_of(pieces);
    const CountQuery query = with_edges(edges.edges);
    std::set<Day> damaged;
    for (const FileName& name : version_.manifest.lost) {
      if (name.kind == FileKind::rollup) damaged.insert(name.day);
      // The counts of these files exist nowhere else.
      const bool for_good = name.kind == FileKind::late_rollup || is_unaccounted(name);
      const bool missing = may_have_held(name, query.edges.front(), query.edges.back());
      if (for_good && missing) answer_.completeness.miss(damage_number(name));
    }
    CountAnswer counted;
    CountAnswer late;
    FORTNIGHT_TRY(count_files(query, damaged, counted, late));
    FORTNIGHT_TRY(count_head(view_.head, query, keeps_, budget_, counted, &late));
    fold(counted, edges.buckets);
    answer_.late += fold(late, edges.buckets);
    return budget_.check_memory(answer_.groups.bytes());
  }

  // `damaged`: days with a lost rollup.
  Result<void> count_files(const CountQuery& query, const std::set<Day>& damaged,
                           CountAnswer& counted, CountAnswer& late) {
    for (const Day day : damaged) {
      if (!overlaps(day, query)) continue;
      if (keeps_(day)) {
        FORTNIGHT_TRY(count_day_by_calls(day, query, counted));
      } else {
        counted.completeness.miss(damage_number({FileKind::rollup, 0, day}));
      }
    }
    const auto rollups = version_.rollups_between(query.edges.front(), query.edges.back());
    for (auto first = rollups.begin(); first != rollups.end();) {
      const Day day = first->entry.name.day;
      const auto last = std::find_if(first, rollups.end(), [&](const LiveRollup& rollup) {
        return rollup.entry.name.day != day;
      });
      const bool done = damaged.contains(day) && keeps_(day);
      FORTNIGHT_TRY(count_day({first, last}, done, query, counted, late));
      first = last;
    }
    return {};
  }

  // Whether calls of the day are in memory.
  [[nodiscard]] bool head_has(Day day) const {
    return std::any_of(view_.head.begin(), view_.head.end(), [&](const auto& piece) {
      return piece->min_ts < day_start(day + 1) && piece->max_ts >= day_start(day);
    });
  }

  // Counts a day's rollups; if `done`, all but the late ones are counted already. If they are
  // damaged or can't answer exactly, counts the day's calls instead. Endpoints that got only 404s
  // may stay under `(other)`, unless more calls of them can be elsewhere. If those have too many
  // values for the budget, the values that the rollups name are the better answer, unless the query
  // is run again with more memory.
  Result<void> count_day(std::span<const LiveRollup> rollups, bool done, const CountQuery& query,
                         CountAnswer& counted, CountAnswer& late) {
    const Day day = rollups.front().entry.name.day;
    const bool kept = keeps_(day);
    std::vector<FileCounts> of_day;
    std::size_t day_bytes = 0;  // of of_day
    bool damaged = false;
    bool folded = false;
    bool unmatched = false;
    for (const LiveRollup& rollup : rollups) {
      const bool is_late = rollup.entry.name.kind == FileKind::late_rollup;
      if (!is_late && (done || damaged)) continue;
      const std::size_t bytes = counted.groups.bytes() + late.groups.bytes() + day_bytes;
      FORTNIGHT_TRY(budget_.check_memory(bytes));
      const Budget::Reservation held = budget_.reserve(bytes);
      const auto counts = count_rollup(rollup, query);
      if (!counts && counts.error().code != ErrorCode::corrupt) return counts.error();
      if (!counts) rollup.file->note_unreadable(counts.error());
      if (is_late && counts) {
        counts->add_to(late);
      } else if (is_late || (!counts && !kept)) {
        counted.completeness.miss(damage_number(rollup.entry.name));
      } else if (!counts) {
        damaged = true;
      } else {
        const PastCap past_cap = counts->answer ? counts->answer->past_cap : PastCap();
        folded = folded || past_cap.calls > past_cap.unmatched;
        unmatched = unmatched || past_cap.unmatched != 0;
        day_bytes += counts->answer ? counts->answer->groups.bytes() : 0;
        of_day.push_back(*counts);
      }
    }
    folded = folded || (unmatched && (of_day.size() > 1 || head_has(day)));
    if (kept && (damaged || folded)) {
      auto exact = add_day_by_calls(day, query, late.groups.bytes() + day_bytes, counted);
      const bool too_large = !exact && budget_.outgrown() && !budget_.may_grow();
      if (damaged || !too_large) return exact;
    }
    for (const FileCounts& counts : of_day) counts.add_to(counted);
    return budget_.check_memory(counted.groups.bytes() + late.groups.bytes());
  }

  // Adds all of a day's calls, or none if they don't fit beside `held` bytes.
  Result<void> add_day_by_calls(Day day, const CountQuery& query, std::size_t held,
                                CountAnswer& counted) {
    const Budget::Reservation reserved = budget_.reserve(held + counted.groups.bytes());
    CountAnswer calls;
    FORTNIGHT_TRY(count_day_by_calls(day, query, calls));
    counted.completeness += calls.completeness;
    if (counted.groups.empty()) {
      counted.groups = std::move(calls.groups);
      return {};
    }
    // Both exist while they are added.
    FORTNIGHT_TRY(budget_.check_memory(2 * calls.groups.bytes()));
    counted.groups.add(calls.groups);
    return {};
  }

  // Requires that the day's calls are kept.
  Result<void> count_day_by_calls(Day day, const CountQuery& query, CountAnswer& counted) {
    counted.completeness += completeness_of_calls(view_, day_start(day), day_start(day + 1));
    const auto parts = version_.parts.find(day);
    if (parts == version_.parts.end()) return {};
    for (const LivePart& part : parts->second) {
      if (part.reader) FORTNIGHT_TRY(count_part(part, query, counted));
    }
    return {};
  }

  // Adds a count by pieces to the buckets of the answer; returns the calls added.
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
    answer_.past_cap += pieces.past_cap;
    if (pieces.past_cap.untested != 0) {
      answer_.completeness.complete = false;
      answer_.completeness.untested += pieces.past_cap.untested;
    }
    return calls;
  }

  const View& view_;
  const Version& version_;
  const CountQuery& query_;
  const Budget& budget_;
  const AnswerMemory* const memory_;  // null if nothing is counted
  const KeepsDay keeps_;
  CountAnswer answer_;
};

}  // namespace

Result<CountAnswer> count_view(const View& view, const CountQuery& query, const Budget& budget,
                               const AnswerMemory& memory, std::size_t max_unmatched) {
  const bool ascend = std::adjacent_find(query.edges.begin(), query.edges.end(),
                                         std::greater_equal<>()) == query.edges.end();
  if (query.edges.size() < 2 || !ascend) {
    return Error{ErrorCode::invalid, "count: edges must ascend, and be two at least"};
  }
  Counting counting(view, query, budget, &memory);
  return RollupReader::answers(query) ? counting.from_rollups(max_unmatched)
                                      : counting.from_calls();
}

Result<ScanSummary> explain_count_view(const View& view, const CountQuery& query) {
  if (!RollupReader::answers(query)) return explain_view(view, calls_of(query));
  return Counting(view, query, {}, nullptr).plan();
}

}  // namespace fortnight::storage
