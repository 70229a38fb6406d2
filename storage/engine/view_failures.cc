#include "storage/engine/view_failures.h"

#include <algorithm>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "storage/engine/completeness.h"
#include "storage/engine/count_pieces.h"
#include "storage/engine/file_answers.h"
#include "storage/engine/head_query.h"

namespace fortnight::storage {
namespace {

TimeNs hour_before(TimeNs time) { return floor_div(time, kNsPerHour) * kNsPerHour; }
TimeNs hour_after(TimeNs time) { return -floor_div(-time, kNsPerHour) * kNsPerHour; }

class FailureFinder {
 public:
  FailureFinder(const View& view, const FailureQuery& query, const Budget& budget,
                const AnswerMemory& memory)
      : view_(view),
        version_(*view.version),
        query_(query),
        budget_(budget),
        memory_(memory),
        keeps_([this](Day day) { return version_.manifest.keeps(day); }) {}

  Result<FoundFailures> from_calls() {
    answer_.basis = Basis::calls;
    answer_.completeness = completeness_of_calls(view_, query_.from, query_.to);
    FORTNIGHT_TRY(add_calls(query_.from, query_.to));
    FORTNIGHT_TRY(add_failures_of_head(view_.head, query_, keeps_, budget_, answer_.failures));
    return std::move(answer_);
  }

  // A kept day is counted from its rollups only if they tell the same as its calls.
  Result<FoundFailures> from_counts() {
    answer_.basis = Basis::counts;
    for (const TimeNs edge : {query_.from, query_.to}) {
      if (end_of_quarter(edge) != edge && !keeps_(day_of(edge))) answer_.rounded = true;
    }
    std::set<Day> days;
    for (const LiveRollup& rollup : version_.rollups_between(query_.from, query_.to)) {
      days.insert(rollup.entry.name.day);
    }
    for (const LivePart* part : version_.parts_between(query_.from, query_.to)) {
      days.insert(part->entry.name.day);
    }
    for (const FileName& name : version_.manifest.lost) {
      if (!may_have_held(name, query_.from, query_.to)) continue;
      if (is_unaccounted(name)) answer_.completeness.miss(damage_number(name));
      if (!is_unaccounted(name) && name.kind != FileKind::rejects) days.insert(name.day);
    }
    for (const Day day : days) {
      FORTNIGHT_TRY(keeps_(day) ? add_kept_day(day) : add_dropped_day(day));
      FORTNIGHT_TRY(budget_.check_memory(answer_.failures.bytes()));
    }
    FORTNIGHT_TRY(add_failures_of_head(view_.head, query_, keeps_, budget_, answer_.failures));
    FORTNIGHT_TRY(add_late_head());
    return std::move(answer_);
  }

 private:
  [[nodiscard]] std::span<const LiveRollup> rollups_of(Day day) const {
    return version_.rollups_between(day_start(day), day_start(day + 1));
  }

  Result<void> add_calls(TimeNs from, TimeNs to) {
    if (from >= to) return {};
    FailureQuery within = query_;
    within.from = from;
    within.to = to;
    for (const LivePart* part : version_.parts_between(from, to)) {
      const PartSummary& summary = part->entry.summary;
      FORTNIGHT_TRY(add_failures(
          memory_,
          {part->entry.name, summary.min_ts, summary.max_ts + 1, count_of(part->entry.erased)},
          within, budget_,
          [&](const FailureQuery& of_file, FoundFailures& of_part) {
            return part->reader->failures(of_file, budget_, of_part);
          },
          answer_));
      FORTNIGHT_TRY(budget_.check_memory(answer_.failures.bytes()));
    }
    return {};
  }

  Result<void> add_rollup(const LiveRollup& rollup, TimeNs from, TimeNs to, FoundFailures& answer) {
    const Day day = rollup.entry.name.day;
    FailureQuery within = query_;
    within.from = from;
    within.to = to;
    return add_failures(
        memory_, {rollup.entry.name, day_start(day), day_start(day + 1)}, within, budget_,
        [&](const FailureQuery& of_file, FoundFailures& of_rollup) -> Result<void> {
          const auto reader = rollup.file->open();
          return reader ? (*reader)->failures(of_file, budget_, of_rollup) : unread(rollup);
        },
        answer);
  }

  // Whether a kept day's rollups count exactly the calls of its parts, by these error codes. They
  // count erased calls and those of lost parts, too. Accounts are found faster by their calls.
  [[nodiscard]] bool tells_the_same(Day day) const {
    const bool by_account =
        std::any_of(query_.predicates.begin(), query_.predicates.end(), [](const Predicate& asked) {
          return asked.subject == Predicate::Subject::field && asked.field == TextField::account;
        });
    if (by_account) return false;
    std::uint64_t kept = 0;
    const auto parts = version_.parts.find(day);
    if (parts == version_.parts.end()) return false;
    for (const LivePart& part : parts->second) {
      if (!part.reader) return false;
      kept += part.entry.summary.calls - count_of(part.entry.erased);
    }
    std::uint64_t counted = 0;
    for (const LiveRollup& rollup : rollups_of(day)) {
      if (rollup.entry.name.kind != FileKind::rollup) return false;
      counted += rollup.entry.calls;
    }
    if (counted != kept) return false;
    const auto rollups = rollups_of(day);
    return std::all_of(rollups.begin(), rollups.end(), [&](const LiveRollup& rollup) {
      const auto reader = rollup.file->open();
      if (!reader) return false;
      const auto counts = (*reader)->code_counts(query_);
      if (!counts) rollup.file->note_unreadable(counts.error());
      return counts && counts->complete && counts->same_pointers && counts->exact;
    });
  }

  // Whole hours from rollups, the rest from calls.
  Result<void> add_kept_day(Day day) {
    TimeNs from = std::max(query_.from, day_start(day));
    TimeNs to = std::min(query_.to, day_start(day + 1));
    if (!tells_the_same(day)) return add_kept_calls(from, to);
    TimeNs min_ts = kMaxTime;
    TimeNs max_ts = kMinTime;
    for (const LivePart& part : version_.parts.at(day)) {
      min_ts = std::min(min_ts, part.entry.summary.min_ts);
      max_ts = std::max(max_ts, part.entry.summary.max_ts);
    }
    // Most periods end at the current time, behind the last call.
    if (from <= min_ts) from = day_start(day);
    if (to > max_ts) to = day_start(day + 1);
    const TimeNs first = hour_after(from);
    const TimeNs last = hour_before(to);
    if (first >= last) return add_kept_calls(from, to);
    FoundFailures of_day;
    for (const LiveRollup& rollup : rollups_of(day)) {
      const Budget::Reservation held = budget_.reserve(answer_.failures.bytes());
      const auto added = add_rollup(rollup, first, last, of_day);
      if (added) continue;
      if (added.error().code != ErrorCode::corrupt) return added.error();
      rollup.file->note_unreadable(added.error());
      return add_kept_calls(from, to);
    }
    answer_.failures.add(of_day.failures);
    answer_.completeness += of_day.completeness;
    FORTNIGHT_TRY(add_calls(from, first));
    return add_calls(last, to);
  }

  Result<void> add_kept_calls(TimeNs from, TimeNs to) {
    answer_.completeness += completeness_of_calls(view_, from, to);
    return add_calls(from, to);
  }

  // Whole quarters.
  Result<void> add_dropped_day(Day day) {
    const TimeNs start = day_start(day);
    const TimeNs end = day_start(day + 1);
    const TimeNs from = query_.from <= start ? start : quarter_before(query_.from);
    const TimeNs to = query_.to >= end ? end : end_of_quarter(query_.to);
    for (const FileName& name : version_.manifest.lost) {
      const bool counts = name.kind == FileKind::rollup || name.kind == FileKind::late_rollup;
      if (counts && name.day == day) answer_.completeness.miss(damage_number(name));
    }
    for (const LiveRollup& rollup : rollups_of(day)) {
      const std::uint64_t before = answer_.failures.calls();
      auto counts = codes_of(rollup);
      const auto added =
          counts ? add_rollup(rollup, from, to, answer_) : Result<void>(counts.error());
      if (!added && added.error().code != ErrorCode::corrupt) return added.error();
      if (!added) {
        rollup.file->note_unreadable(added.error());
        answer_.completeness.miss(damage_number(rollup.entry.name));
        continue;
      }
      if (!counts->complete) note_uncounted(day);
      if (rollup.entry.name.kind == FileKind::late_rollup) {
        answer_.late += answer_.failures.calls() - before;
      }
    }
    return {};
  }

  [[nodiscard]] Result<CodeCounts> codes_of(const LiveRollup& rollup) const {
    const auto reader = rollup.file->open();
    if (!reader) return unread(rollup).error();
    return (*reader)->code_counts(query_);
  }

  void note_uncounted(Day day) {
    answer_.completeness.complete = false;
    answer_.uncounted = std::max(day, answer_.uncounted.value_or(day));
  }

  static TimeNs quarter_before(TimeNs time) {
    const TimeNs end = end_of_quarter(time);
    return end == time ? time : end - kNsPerQuarter;
  }

  // Calls in memory whose day was dropped: a flush will only count them.
  Result<void> add_late_head() {
    FailureQuery late = query_;
    if (!keeps_(day_of(late.from))) late.from = quarter_before(late.from);
    if (!keeps_(day_of(late.to))) late.to = end_of_quarter(late.to);
    Failures failures;
    FORTNIGHT_TRY(add_failures_of_head(
        view_.head, late, [this](Day day) { return !keeps_(day); }, budget_, failures));
    failures.forget_call_ids();  // nobody can read these calls
    answer_.late += failures.calls();
    answer_.failures.add(failures);
    return {};
  }

  const View& view_;
  const Version& version_;
  const FailureQuery& query_;
  const Budget& budget_;
  const AnswerMemory& memory_;
  const KeepsDay keeps_;
  FoundFailures answer_;
};

// Sets `first_ever` of the groups, with the calls in memory.
Result<void> find_first_ever(const View& view, const FailureQuery& query, const Budget& budget,
                             FirstFailures& first, std::vector<FailureGroup>& groups) {
  FORTNIGHT_TRY(first.take(*view.version, budget));
  for (FailureGroup& group : groups) group.first_ever = first.find(group);
  const FailureQuery all{.predicates = {}, .codes = query.codes};
  Failures of_head;
  FORTNIGHT_TRY(add_failures_of_head(
      view.head, all, [](Day) { return true; }, budget, of_head));
  note_first_ever(of_head.all(), groups);
  return {};
}

}  // namespace

Result<FailureAnswer> view_failures(const View& view, const FailureQuery& query,
                                    const Budget& budget, const AnswerMemory& memory,
                                    FirstFailures& first) {
  FailureFinder finder(view, query, budget, memory);
  FORTNIGHT_ASSIGN(FoundFailures found, RollupReader::answers(query.predicates)
                                            ? finder.from_counts()
                                            : finder.from_calls());
  FailureAnswer answer = answer_of(std::move(found));
  if (!query.first_ever) return answer;
  const auto held = budget.reserve(answer.bytes());
  FORTNIGHT_TRY(find_first_ever(view, query, budget, first, answer.groups));
  return answer;
}

}  // namespace fortnight::storage
