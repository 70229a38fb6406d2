// ERRORS: failed calls, grouped by endpoint, status and error code.
#include <algorithm>
#include <set>
#include <tuple>

#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TextField;

struct Failure {
  std::uint64_t calls = 0;
  std::set<std::string, std::less<>> accounts;
  CallRecord first;
  CallRecord last;  // the sample too
};

using Key = std::tuple<std::string, std::int32_t, std::string>;  // endpoint, status, code
using Failures = std::map<Key, Failure>;

// The failed call's error code: the first one that its line has; empty where it has none.
std::string code_of(CallRecord& call) {
  for (std::string& scalar : call.scalars) {
    if (!scalar.empty()) return std::move(scalar);
  }
  return {};
}

bool is_earlier(const CallRecord& a, const CallRecord& b) {
  return std::tie(a.ts, a.ref.seq) < std::tie(b.ts, b.ref.seq);
}

// Calls come in any order. False where a new account or group is one too many.
bool add(CallRecord&& call, std::string code, std::uint64_t most, Failures& failures,
         std::uint64_t& held) {
  Failure& failure = failures[{call.field(TextField::endpoint), call.status, std::move(code)}];
  if (failure.accounts.insert(call.field(TextField::account)).second) ++held;
  const bool fresh = failure.calls++ == 0;
  if (fresh || is_earlier(call, failure.first)) failure.first = call;
  if (fresh || is_earlier(failure.last, call)) failure.last = std::move(call);
  return held <= most;
}

void write_failure(const Key& key, const Failure& failure, JsonWriter& row) {
  const auto& [endpoint, status, code] = key;
  row.open_object().key("endpoint").text_or_null(endpoint).key("status");
  write_status(status, row);
  row.key("code").text_or_null(code).key("calls").number(failure.calls);
  row.key("accounts").number(failure.accounts.size()).key("first");
  write_time(failure.first, row);
  row.key("last");
  write_time(failure.last, row);
  row.key("call_id").text_or_null(failure.last.field(TextField::call_id));
  row.key("ref").text(failure.last.ref.to_string()).close_object();
}

Parsed<void> give_largest(const Asking& asking, const Failures& failures, std::uint64_t most) {
  std::vector<const Failures::value_type*> sorted;
  for (const auto& failure : failures) sorted.push_back(&failure);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->second.calls > b->second.calls; });
  if (sorted.size() > most) sorted.resize(most);
  for (const auto* failure : sorted) {
    std::string row;
    JsonWriter json(row);
    write_failure(failure->first, failure->second, json);
    FORTNIGHT_TRY(give(asking, row));
  }
  return {};
}

}  // namespace

Answer answer_errors(const Asking& asking) {
  const Question& question = asking.question;
  FORTNIGHT_ASSIGN(const std::uint64_t most, question.number("n", 50, asking.context.limits.page));
  storage::CallQuery query = call_query(question);
  query.limit = std::numeric_limits<std::uint64_t>::max();
  query.order = storage::Order::any;
  query.with_ids = false;
  query.fields.reset();
  for (const TextField field : {TextField::account, TextField::endpoint, TextField::call_id}) {
    query.fields.set(static_cast<std::size_t>(field));
  }
  query.pointers = asking.context.error_code_pointers;
  storage::Predicate failed;
  failed.subject = storage::Predicate::Subject::status;
  failed.bounds = {{storage::Comparison::greater_equal, 400}};
  query.predicates.push_back(std::move(failed));

  Failures failures;
  std::uint64_t held = 0;
  std::uint64_t calls = 0;
  bool fits = true;
  const auto scanned = asking.context.store->scan(query, asking.budget, [&](CallRecord&& call) {
    ++calls;
    std::string code = code_of(call);
    fits = add(std::move(call), std::move(code), asking.context.limits.groups, failures, held);
    return fits;
  });
  if (!scanned) return store_error(scanned.error());
  if (!fits) return RequestError{"limit", "too many groups: take a shorter time or more filters"};
  FORTNIGHT_TRY(give_largest(asking, failures, most));

  Summary summary;
  summary.json().key("groups").number(failures.size()).key("errors").number(calls);
  summary.completeness(scanned->completeness, question.period.everything());
  summary.period(question, question.period);
  if (calls == 0) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
