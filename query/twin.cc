// TWIN: what differs between a call and one like it that succeeded.
#include <algorithm>
#include <numeric>

#include "query/filters.h"
#include "query/twin_diff.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TextField;

// Successful calls on each side that are compared with each other. The nearest one is the twin.
constexpr std::uint64_t kCompared = 4;

// The query for successful calls of the same account, method and endpoint.
Parsed<storage::CallQuery> query_like(const VerbContext& verb, const CallRecord& call) {
  storage::CallQuery query;
  for (const TextField field : {TextField::account, TextField::method, TextField::endpoint}) {
    storage::Predicate same;
    same.subject = storage::Predicate::Subject::field;
    same.field = field;
    same.patterns = {exactly(call.field(field))};
    query.predicates.push_back(std::move(same));
  }
  Parameter good;
  good.name = "status";
  good.values = {{"success", 1}};
  FORTNIGHT_ASSIGN(auto predicates, filter_of(good, verb.context));
  std::move(predicates.begin(), predicates.end(), std::back_inserter(query.predicates));
  query.limit = kCompared;
  query.with_line = true;
  prepare_rows(query);
  return query;
}

enum class Side { before, after };

// The nearest calls on that side, nearest first.
Parsed<std::vector<CallRecord>> nearest_calls(const VerbContext& verb, const CallRecord& call,
                                              Side side, storage::CallQuery query,
                                              storage::Completeness& completeness) {
  const bool before = side == Side::before;
  query.order = before ? storage::Order::newest_first : storage::Order::oldest_first;
  query.after = storage::Cursor{call.ts, call.ref.seq};
  if (before) {
    query.to = call.ts == kMaxTime ? call.ts : call.ts + 1;
  } else {
    query.from = call.ts;
  }
  std::vector<CallRecord> found;
  const auto scanned = verb.request.store->scan(query, verb.budget, [&](CallRecord&& record) {
    found.push_back(std::move(record));
    return true;
  });
  if (!scanned) return store_error(scanned.error());
  completeness += scanned->completeness;
  return found;
}

std::size_t bytes_of(const std::vector<CallRecord>& calls) {
  return std::accumulate(
      calls.begin(), calls.end(), std::size_t{0},
      [](std::size_t sum, const CallRecord& call) { return sum + call.line.size(); });
}

Parsed<void> give_twin(const VerbContext& verb, const CallRecord& call, Side side,
                       const CallRecord& twin, const VaryingPlaces& varying) {
  std::string row;
  JsonWriter json(row);
  json.open_object().key("side").text(side == Side::before ? "before" : "after");
  write_differences(call, twin, varying, json);
  write_call(twin, verb.context, json);
  json.close_object();
  disclose(verb.request, call.ref);
  disclose(verb.request, twin.ref);
  return give(verb, row);
}

}  // namespace

Answer answer_twin(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(const storage::Ref ref, ref_option(verb));
  auto call = verb.request.store->fetch(ref, verb.budget);
  if (!call) return store_error(call.error());
  Summary summary;
  if (!*call) {
    FORTNIGHT_ASSIGN(const storage::Completeness missing, completeness_at(verb, ref));
    summary.json().key("calls").number(0);
    summary.completeness(missing, true, false);
    summary.json().key("note").text("the call isn't kept");
    return summary.close();
  }
  const auto held = verb.budget.reserve((*call)->line.size());
  FORTNIGHT_ASSIGN(const storage::CallQuery query, query_like(verb, **call));
  storage::Completeness completeness;
  FORTNIGHT_ASSIGN(std::vector<CallRecord> before,
                   nearest_calls(verb, **call, Side::before, query, completeness));
  const auto held_before = verb.budget.reserve(bytes_of(before));
  FORTNIGHT_ASSIGN(std::vector<CallRecord> after,
                   nearest_calls(verb, **call, Side::after, query, completeness));
  const auto held_after = verb.budget.reserve(bytes_of(after));
  const bool has_before = !before.empty();
  const std::size_t first_after = before.size();
  std::vector<CallRecord> successes = std::move(before);
  std::move(after.begin(), after.end(), std::back_inserter(successes));
  const VaryingPlaces varying(successes);
  std::uint64_t calls = 0;
  if (has_before) {
    FORTNIGHT_TRY(give_twin(verb, **call, Side::before, successes.front(), varying));
    ++calls;
  }
  if (first_after < successes.size()) {
    FORTNIGHT_TRY(give_twin(verb, **call, Side::after, successes[first_after], varying));
    ++calls;
  }
  summary.json().key("calls").number(calls);
  summary.completeness(completeness, true, calls != 0);
  if (calls == 0) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
