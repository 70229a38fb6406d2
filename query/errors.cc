// ERRORS: failed calls, grouped by endpoint, status and error code.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "query/verbs.h"
#include "storage/key_caps.h"

namespace fortnight::query {

namespace {

using storage::FailureGroup;

constexpr std::uint64_t kDefaultGroups = 50;

// compare=: the same kind of failure in the other period.
struct FailuresBefore {
  std::uint64_t calls = 0;
  std::uint64_t rank = 0;  // from 1; 0: there was none
};

// compare=: the other period.
struct PreviousFailures {
  ComparedPeriod period;
  std::uint64_t groups = 0;
  std::uint64_t errors = 0;
  storage::Completeness completeness;
  using Kind = std::tuple<std::string_view, std::int32_t, std::string_view, bool, bool>;
  std::map<Kind, FailuresBefore> of_kind;  // the kinds that get a row
};

PreviousFailures::Kind kind_of(const FailureGroup& failure) {
  return {failure.endpoint, failure.status, failure.code, failure.endpoint_past_cap,
          failure.code_past_cap};
}

void write_name(std::string_view name, bool past_cap, JsonWriter& row) {
  past_cap ? row.text(storage::kOtherName) : row.text_or_null(name);
}

// `kept`: the newest call is kept.
void write_failure(const FailureGroup& failure, bool kept, JsonWriter& row) {
  row.open_object().key("endpoint");
  write_name(failure.endpoint, failure.endpoint_past_cap, row);
  row.key("status");
  write_status(failure.status, row);
  row.key("code");
  write_name(failure.code, failure.code_past_cap, row);
  if (failure.endpoint_past_cap || failure.code_past_cap) row.key("past_cap").boolean(true);
  row.key("calls").number(failure.calls).key("accounts").number(failure.accounts);
  if (failure.accounts_estimated) row.key("accounts_error").fraction(storage::kAccountsError);
  row.key("first");
  write_time(failure.first.ts, failure.first.ts_digits, row);
  row.key("last");
  write_time(failure.last.ts, failure.last.ts_digits, row);
  if (failure.first_ever) {
    // What isn't in files yet, or is counted by an older version, may be older.
    const bool exact = failure.first.ref.seq != 0;
    const auto first = exact ? std::min(*failure.first_ever, failure.first) : *failure.first_ever;
    row.key("first_ever");
    write_time(first.ts, first.ts_digits, row);
  }
  row.key("call_id").text_or_null(kept ? failure.call_id : "").key("ref");
  kept ? row.text(failure.last.ref.to_string()) : row.null();
}

void write_before(const FailuresBefore& before, JsonWriter& row) {
  // ERRORS groups failed calls only, so all calls are errors.
  row.key("previous_calls").number(before.calls).key("previous_errors").number(before.calls);
  row.key("previous_rank");
  before.rank == 0 ? row.null() : row.number(before.rank);
}

void write_previous(const PreviousFailures& previous, const TimeZone& zone, JsonWriter& out) {
  out.key("previous").open_object().key("groups").number(previous.groups);
  out.key("errors").number(previous.errors);
  write_compared(previous.period, previous.completeness, zone, out);
  out.close_object();
}

using Sorted = std::vector<const FailureGroup*>;

// Sorts by calls, most first; equal ones by kind.
Sorted sorted(const storage::FailureAnswer& failures) {
  Sorted sorted;
  for (const FailureGroup& failure : failures.groups) sorted.push_back(&failure);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    return a->calls != b->calls ? a->calls > b->calls : kind_of(*a) < kind_of(*b);
  });
  return sorted;
}

storage::FailureQuery failure_query(const VerbContext& verb, const Period& period) {
  return {.from = period.from,
          .to = period.to,
          .predicates = verb.request.predicates,
          .codes = verb.context.error_code_pointers};
}

Parsed<storage::FailureAnswer> find_failures(const VerbContext& verb, const Period& period,
                                             bool first_ever) {
  if (period.from >= period.to) return storage::FailureAnswer();
  storage::FailureQuery query = failure_query(verb, period);
  query.first_ever = first_ever;
  auto found = verb.request.store->failures(query, verb.budget);
  if (!found) return store_error(found.error());
  return std::move(*found);
}

// `given` must outlive the result.
Parsed<PreviousFailures> find_previous(const VerbContext& verb, const Shift& shift,
                                       const Period& period, const Sorted& given) {
  PreviousFailures previous;
  previous.period = compared_period(shift, period);
  FORTNIGHT_ASSIGN(const storage::FailureAnswer found,
                   find_failures(verb, previous.period.period, false));
  for (const FailureGroup* failure : given) {
    previous.of_kind.emplace(kind_of(*failure), FailuresBefore());
  }
  const Sorted before = sorted(found);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto of = previous.of_kind.find(kind_of(*before[i]));
    if (of != previous.of_kind.end()) of->second = {before[i]->calls, i + 1};
  }
  previous.groups = before.size();
  previous.errors = found.calls;
  previous.completeness = found.completeness;
  return previous;
}

Parsed<void> give_rows(const VerbContext& verb, const Sorted& given,
                       const std::optional<PreviousFailures>& previous) {
  for (const FailureGroup* failure : given) {
    FailureGroup group = *failure;
    const auto kept = verb.request.store->read_newest(group, verb.budget);
    if (!kept) return store_error(kept.error());
    std::string row;
    JsonWriter json(row);
    write_failure(group, *kept, json);
    if (previous) write_before(previous->of_kind.at(kind_of(*failure)), json);
    json.close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  return {};
}

}  // namespace

Parsed<Plan> plan_errors(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_TRY(request.number("n", kDefaultGroups, verb.context.limits.rows));
  FORTNIGHT_TRY(request.shift(request.period));
  return Plan{storage::failed_calls(failure_query(verb, request.period))};
}

Answer answer_errors(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const std::uint64_t most,
                   request.number("n", kDefaultGroups, verb.context.limits.rows));
  Period period = request.period;
  // What is before date=all begins where the calls begin.
  if (request.option("compare") != nullptr) {
    FORTNIGHT_ASSIGN(period, counted_period(verb));
  }
  FORTNIGHT_ASSIGN(const std::optional<Shift> shift, request.shift(period));
  FORTNIGHT_ASSIGN(const storage::FailureAnswer found, find_failures(verb, period, true));
  Sorted given = sorted(found);
  if (given.size() > most) given.resize(most);
  std::optional<PreviousFailures> previous;
  if (shift) {
    const auto held = verb.budget.reserve(found.bytes());
    FORTNIGHT_ASSIGN(previous, find_previous(verb, *shift, period, given));
  }
  FORTNIGHT_TRY(give_rows(verb, given, previous));

  Summary summary;
  summary.json().key("groups").number(found.groups.size()).key("errors").number(found.calls);
  summary.completeness(found.completeness, request.period.everything(), found.calls != 0);
  if (found.uncounted) {
    const TimeNs since = day_start(*found.uncounted + 1);
    summary.json().key("errors_from").text(TimeZone::utc().format(since));
  }
  if (found.basis) summary.json().key("basis").text(name_of(*found.basis));
  if (found.rounded) summary.json().key("rounded").boolean(true);
  if (found.late != 0) summary.json().key("late").number(found.late);
  FORTNIGHT_TRY(summary.rejected(verb, period));
  summary.period(request, period);
  if (previous) write_previous(*previous, request.zone, summary.json());
  if (found.calls == 0) {
    storage::CallQuery failed = call_query(request);
    failed.predicates.push_back(storage::failed_call());
    summary.no_data(verb, failed);
  }
  return summary.close();
}

}  // namespace fortnight::query
