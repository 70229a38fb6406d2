#include "storage/engine/head_query.h"

#include <algorithm>
#include <tuple>

#include "base/strings.h"
#include "storage/call/line_match.h"
#include "storage/packing/coded_numbers.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kCallsBetweenChecks = 4096;

bool before(const Call& call, const Cursor& place) {
  return std::tie(call.ts, call.seq) < std::tie(place.ts, place.seq);
}

bool behind_cursor(const Call& call, const CallQuery& query) {
  if (!query.after) return true;
  if (query.order == Order::newest_first) return before(call, *query.after);
  return std::tie(call.ts, call.seq) > std::tie(query.after->ts, query.after->seq);
}

bool in_range(const Call& call, const CallQuery& query) {
  return call.ts >= query.from && call.ts < query.to && call.seq >= query.first_seq &&
         call.seq < query.end_seq && behind_cursor(call, query);
}

// Keeps only the rows that the query asks for: the first ones in its order.
class FirstRows {
  [[nodiscard]] auto order() const {
    return [newest = newest_first_](const HeadRow& a, const HeadRow& b) {
      const auto x = std::tie(a.call->ts, a.call->seq);
      const auto y = std::tie(b.call->ts, b.call->seq);
      return newest ? x > y : x < y;
    };
  }

 public:
  explicit FirstRows(const CallQuery& query)
      : newest_first_(query.order == Order::newest_first),
        limit_(query.limit == std::numeric_limits<std::uint64_t>::max() ? query.limit
                                                                        : query.limit + 1) {}

  // Returns false if no call of these times would be kept.
  [[nodiscard]] bool wants(TimeNs min_ts, TimeNs max_ts) const {
    if (rows_.size() < limit_) return true;
    const TimeNs last = rows_.front().call->ts;
    return newest_first_ ? max_ts >= last : min_ts <= last;
  }
  void add(HeadRow row) {
    if (rows_.size() < limit_) {
      rows_.push_back(row);
      if (rows_.size() == limit_) std::make_heap(rows_.begin(), rows_.end(), order());
    } else if (order()(row, rows_.front())) {
      std::pop_heap(rows_.begin(), rows_.end(), order());
      rows_.back() = row;
      std::push_heap(rows_.begin(), rows_.end(), order());
    }
  }
  std::vector<HeadRow> sorted() && {
    std::sort(rows_.begin(), rows_.end(), order());
    return std::move(rows_);
  }

 private:
  bool newest_first_;
  std::uint64_t limit_;
  std::vector<HeadRow> rows_;  // once full, a heap with the last row on top
};

// Whether a time is on a kept day. Remembers the last day, since successive calls share it.
class KeptTimes {
 public:
  explicit KeptTimes(const KeepsDay& keeps) : keeps_(keeps) {}
  bool has(TimeNs ts) {
    if (ts < begin_ || ts >= end_) {
      const Day day = day_of(ts);
      begin_ = day_start(day);
      end_ = day_start(day + 1);
      kept_ = keeps_(day);
    }
    return kept_;
  }

 private:
  const KeepsDay& keeps_;
  TimeNs begin_ = 0;  // of the last day that was looked up
  TimeNs end_ = 0;
  bool kept_ = false;
};

// Adds each match of a count to its group and bucket.
class HeadCounter {
 public:
  HeadCounter(const CountQuery& query, CountAnswer& answer)
      : query_(query), groups_(answer.groups), codes_(query.by_code) {}

  [[nodiscard]] std::size_t group_bytes() const { return groups_.bytes(); }

  void prefetch(const Batch& batch, const Call& call) const {
    if (query_.by_field) prefetch_for_read(batch.field(call, *query_.by_field).data());
  }
  void add(const Batch& batch, const Call& call) {
    if (call.ts < query_.edges[bucket_] || call.ts >= query_.edges[bucket_ + 1]) {
      const auto edge = std::upper_bound(query_.edges.begin(), query_.edges.end(), call.ts);
      bucket_ = static_cast<std::size_t>(edge - query_.edges.begin()) - 1;
    }
    Counts& counts = groups_.of(group(batch, call), bucket_);
    ++counts.calls;
    if (is_error(call.status)) ++counts.errors;
  }

 private:
  CountGroups::Group group(const Batch& batch, const Call& call) {
    if (query_.by_field) return groups_.at(batch.field(call, *query_.by_field));
    if (!query_.by_code.empty()) {
      scalars_.clear();
      codes_.append(batch, call, scalars_);
      return groups_.at(error_code(scalars_));
    }
    return by_status_.find(query_.by_status ? call.status : 0, [&] {
      return groups_.at(query_.by_status ? std::to_string(call.status) : std::string());
    });
  }

  const CountQuery& query_;
  CountGroups& groups_;
  CodedNumbers by_status_;
  ScalarReader codes_;
  std::vector<std::string> scalars_;
  std::size_t bucket_ = 0;  // of the last call; mostly also of the next
};

// Calls `visit` for each call of the head in [from, to) that meets the predicates and `wanted`, in
// batches that meet `may_hold`; newest batches first. Calls `prefetch` for a call a few steps ahead
// of the test: texts of the head are scattered in memory, and waiting for each would dominate the
// time. An error of `check` ends it.
template <typename Check, typename MayHold, typename Prefetch, typename Wanted, typename Visit>
Result<void> for_each_match(const HeadBatches& head, const std::vector<Predicate>& predicates,
                            TimeNs from, TimeNs to, Check&& check, MayHold&& may_hold,
                            Prefetch&& prefetch, Wanted&& wanted, Visit&& visit) {
  constexpr std::size_t kAhead = 12;  // number of calls
  CallMatcher matcher(predicates);
  for (auto next = head.rbegin(); next != head.rend(); ++next) {
    const HeadBatch& piece = **next;
    if (piece.max_ts < from || piece.min_ts >= to) continue;
    if (piece.batch.calls.empty() || !may_hold(piece)) continue;
    const Batch& batch = piece.batch;
    if (!matcher.bind(batch)) continue;
    for (std::size_t i = 0; i < batch.calls.size(); ++i) {
      if (i % kCallsBetweenChecks == 0) FORTNIGHT_TRY(check());
      if (i + kAhead < batch.calls.size()) {
        matcher.prefetch(batch.calls[i + kAhead]);
        prefetch(batch, batch.calls[i + kAhead]);
      }
      const Call& call = batch.calls[i];
      if (wanted(call) && matcher.matches(call)) visit(batch, call);
    }
  }
  return {};
}

}  // namespace

Result<std::vector<HeadRow>> match_head(const HeadBatches& head, const CallQuery& query,
                                        const KeepsDay& keeps, const Budget& budget) {
  FirstRows rows(query);
  KeptTimes kept(keeps);
  FORTNIGHT_TRY(for_each_match(
      head, query.predicates, query.from, query.to, [&] { return budget.check(); },
      [&](const HeadBatch& piece) {  // numbers ascend in the order of arrival
        return piece.batch.calls.back().seq >= query.first_seq &&
               piece.batch.calls.front().seq < query.end_seq &&
               rows.wants(piece.min_ts, piece.max_ts);
      },
      [](const Batch&, const Call&) {},
      [&](const Call& call) { return in_range(call, query) && kept.has(call.ts); },
      [&](const Batch& batch, const Call& call) {
        rows.add({&batch, &call});
      }));
  return std::move(rows).sorted();
}

Result<void> count_head(const HeadBatches& head, const CountQuery& query, const KeepsDay& keeps,
                        const Budget& budget, CountAnswer& kept, CountAnswer* late) {
  KeptTimes times(keeps);
  HeadCounter kept_counter(query, kept);
  HeadCounter late_counter(query, late == nullptr ? kept : *late);
  const auto check = [&]() -> Result<void> {
    FORTNIGHT_TRY(budget.check());
    const std::size_t late_bytes = late == nullptr ? 0 : late_counter.group_bytes();
    return budget.check_memory(kept_counter.group_bytes() + late_bytes);
  };
  const TimeNs from = query.edges.front();
  const TimeNs to = query.edges.back();
  return for_each_match(
      head, query.predicates, from, to, check, [](const HeadBatch&) { return true; },
      [&](const Batch& batch, const Call& call) { kept_counter.prefetch(batch, call); },
      [&](const Call& call) {
        return call.ts >= from && call.ts < to && (late != nullptr || times.has(call.ts));
      },
      [&](const Batch& batch, const Call& call) {
        (times.has(call.ts) ? kept_counter : late_counter).add(batch, call);
      });
}

Result<void> add_failures_of_head(const HeadBatches& head, const FailureQuery& query,
                                  const KeepsDay& keeps, const Budget& budget, Failures& failures) {
  const CallQuery calls = failed_calls(query);
  KeptTimes kept(keeps);
  ScalarReader scalars(query.codes);
  std::vector<std::string> codes;
  Result<void> fits;  // checked after each call, since its texts may be long
  FORTNIGHT_TRY(for_each_match(
      head, calls.predicates, query.from, query.to, [&] { return budget.check(); },
      [&](const HeadBatch&) { return fits.has_value(); }, [](const Batch&, const Call&) {},
      [&](const Call& call) {
        return fits && call.ts >= query.from && call.ts < query.to && kept.has(call.ts);
      },
      [&](const Batch& batch, const Call& call) {
        codes.clear();
        scalars.append(batch, call, codes);
        failures.add(failures.kind_of({.endpoint = batch.field(call, TextField::endpoint),
                                       .status = call.status,
                                       .code = error_code(codes)}),
                     failures.account_of(batch.field(call, TextField::account)),
                     {call.ts, call.ts_digits, {day_of(call.ts), call.seq}},
                     batch.field(call, TextField::call_id));
        fits = budget.check_memory(failures.bytes());
      }));
  return fits;
}

CallRecord to_record(const Batch& batch, const Call& call, const CallQuery& wanted,
                     ScalarReader& scalars) {
  CallRecord record;
  record.ref = {day_of(call.ts), call.seq};
  record.ts = call.ts;
  record.ts_digits = call.ts_digits;
  record.duration_ns = call.duration_ns;
  record.status = call.status;
  for (std::size_t field = 0; field < kTextFields; ++field) {
    if (wanted.fields[field]) record.text[field] = batch.view(call.text[field]);
  }
  if (wanted.with_ids) {
    for_each_id(batch, call, [&](std::string_view kind, std::string_view value) {
      record.ids.emplace_back(kind, value);
    });
  }
  if (wanted.with_line) append_line(batch, call, record.line);
  scalars.append(batch, call, record.scalars);
  return record;
}

}  // namespace fortnight::storage
