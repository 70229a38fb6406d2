// ERRORS: failed calls, grouped by endpoint, status and error code.
#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <tuple>

#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TextField;

struct Failure {
  std::uint64_t calls = 0;
  boost::unordered_flat_set<std::string> accounts;
  CallRecord first;
  CallRecord last;  // the sample too
};

using Key = std::tuple<std::string, std::int32_t, std::string>;  // endpoint, status, code
using Failures = std::map<Key, Failure>;

// Takes the failed call's error code from it: the first one that its line has; empty where it has
// none.
std::string take_code(CallRecord& call) {
  std::string code;
  for (std::string& scalar : call.scalars) {
    if (code.empty()) code = std::move(scalar);
  }
  call.scalars.clear();
  return code;
}

bool is_earlier(const CallRecord& a, const CallRecord& b) {
  return std::tie(a.ts, a.ref.seq) < std::tie(b.ts, b.ref.seq);
}

// Calls come in any order. Adds to `held`, roughly, the bytes of memory that it takes.
void add(CallRecord&& call, Failures& failures, std::size_t& held) {
  constexpr std::size_t node = 64;  // of a map or a set
  const std::string& account = call.field(TextField::account);
  std::string code = take_code(call);
  const std::size_t names = 3 * call.field(TextField::endpoint).size() + code.size();
  Failure& failure = failures[{call.field(TextField::endpoint), call.status, std::move(code)}];
  const bool fresh = failure.calls++ == 0;
  if (fresh) held += node + sizeof(Key) + sizeof(Failure) + names;
  if (failure.accounts.insert(account).second) held += node + account.size();
  if (fresh || is_earlier(call, failure.first)) failure.first = call;
  if (fresh || is_earlier(failure.last, call)) failure.last = std::move(call);
}

void write_failure(const Key& key, const Failure& failure, storage::JsonWriter& row) {
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
    storage::JsonWriter json(row);
    write_failure(failure->first, failure->second, json);
    FORTNIGHT_TRY(give(asking, row));
  }
  return {};
}

}  // namespace

Answer answer_errors(const Asking& asking) {
  const Question& question = asking.question;
  FORTNIGHT_ASSIGN(const std::uint64_t most, question.number("n", 50, asking.context.limits.rows));
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
  std::size_t held = 0;
  std::uint64_t calls = 0;
  storage::Result<void> fits;
  const auto scanned = asking.context.store->scan(query, asking.budget, [&](CallRecord&& call) {
    ++calls;
    add(std::move(call), failures, held);
    fits = storage::check_groups(held, asking.budget);
    return fits.has_value();
  });
  if (!scanned) return store_error(scanned.error());
  if (!fits) return store_error(fits.error());
  FORTNIGHT_TRY(give_largest(asking, failures, most));

  Summary summary;
  summary.json().key("groups").number(failures.size()).key("errors").number(calls);
  summary.completeness(scanned->completeness, question.period.everything());
  summary.period(question, question.period);
  if (calls == 0) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
