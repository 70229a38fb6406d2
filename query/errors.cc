// ERRORS: failed calls, grouped by endpoint, status and error code.
#include <algorithm>
#include <tuple>
#include <vector>

#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::Failures;

void write_failure(const Failures::Failure& failure, storage::JsonWriter& row) {
  row.open_object().key("endpoint").text_or_null(failure.endpoint).key("status");
  write_status(failure.status, row);
  row.key("code").text_or_null(failure.code).key("calls").number(failure.calls);
  row.key("accounts").number(failure.accounts).key("first");
  write_time(failure.first.ts, failure.first.ts_digits, row);
  row.key("last");
  write_time(failure.last.ts, failure.last.ts_digits, row);
  row.key("call_id").text_or_null(failure.call_id);
  row.key("ref").text(failure.last.ref.to_string()).close_object();
}

// What is equal in calls comes by its kind.
Parsed<void> give_largest(const Asking& asking, const Failures& failures, std::uint64_t most) {
  std::vector<const Failures::Failure*> sorted;
  for (const Failures::Failure& failure : failures.all()) sorted.push_back(&failure);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    if (a->calls != b->calls) return a->calls > b->calls;
    return std::tie(a->endpoint, a->status, a->code) < std::tie(b->endpoint, b->status, b->code);
  });
  if (sorted.size() > most) sorted.resize(most);
  for (const Failures::Failure* failure : sorted) {
    std::string row;
    storage::JsonWriter json(row);
    write_failure(*failure, json);
    FORTNIGHT_TRY(give(asking, row));
  }
  return {};
}

}  // namespace

Answer answer_errors(const Asking& asking) {
  const Question& question = asking.question;
  FORTNIGHT_ASSIGN(const std::uint64_t most, question.number("n", 50, asking.context.limits.rows));
  const storage::CallQuery calls = call_query(question);
  const storage::FailureQuery query{.from = calls.from,
                                    .to = calls.to,
                                    .predicates = calls.predicates,
                                    .codes = asking.context.error_code_pointers};
  const auto found = asking.context.store->failures(query, asking.budget);
  if (!found) return store_error(found.error());
  const Failures& failures = found->failures;
  FORTNIGHT_TRY(give_largest(asking, failures, most));

  Summary summary;
  summary.json().key("groups").number(failures.all().size()).key("errors").number(failures.calls());
  summary.completeness(found->completeness, question.period.everything());
  FORTNIGHT_TRY(summary.rejected(asking, question.period));
  summary.period(question, question.period);
  if (failures.calls() == 0) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
