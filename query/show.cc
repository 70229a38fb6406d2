// SHOW: whole calls.
#include "query/filters.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;

Answer show_ref(const Asking& asking, const Value& value) {
  const std::optional<storage::Ref> ref = storage::Ref::parse(value.text);
  if (!ref) return bad_request(value.column, "no ref: take it from a row's \"ref\"");
  auto found = asking.context.store->fetch(*ref, asking.budget);
  if (!found) return store_error(found.error());
  if (*found) {
    prepare_row(**found);
    std::string row;
    storage::JsonWriter json(row);
    json.open_object();
    write_call(**found, asking.context, json);
    json.close_object();
    FORTNIGHT_TRY(give(asking, row));
  }
  Summary summary;
  summary.json().key("calls").number(*found ? 1 : 0);
  summary.completeness({}, true, true);
  if (!*found) summary.no_data();
  return summary.close();
}

}  // namespace

Answer answer_show(const Asking& asking) {
  constexpr std::uint64_t default_shown = 20;
  const Question& question = asking.question;
  storage::CallQuery query = call_query(question);
  FORTNIGHT_ASSIGN(query.limit,
                   question.number("limit", default_shown, asking.context.limits.shown));
  query.with_line = true;
  prepare_rows(query);
  if (const Value* ref = question.option("ref")) {
    if (!question.alone.empty() || !query.predicates.empty() || question.dated) {
      return bad_request(ref->column, "a ref names one call: nothing else goes with it");
    }
    return show_ref(asking, *ref);
  }
  if (!question.alone.empty()) {
    if (question.alone[0].text.empty()) {
      return bad_request(question.alone[0].column, "expected an ID, not the empty text");
    }
    storage::Predicate bears_id;
    bears_id.subject = storage::Predicate::Subject::any_id;
    bears_id.patterns = {exactly(question.alone[0].text)};
    query.predicates.push_back(std::move(bears_id));
  } else if (query.predicates.empty()) {
    return bad_request(1, "SHOW takes an ID, ref=REF or filters");
  }
  FORTNIGHT_ASSIGN(
      const storage::ScanSummary scanned,
      scan_to_sink(asking, query, [&](const CallRecord& call, storage::JsonWriter& row) {
        write_call(call, asking.context, row);
      }));
  const std::uint64_t calls = asking.progress.given.calls;
  Summary summary;
  summary.json().key("calls").number(calls);
  if (scanned.more) summary.json().key("more").boolean(true);
  summary.completeness(scanned.completeness, question.period.everything(), calls != 0);
  FORTNIGHT_TRY(summary.rejected(asking, question.period));
  if (calls == 0) {
    if (!question.period.everything()) summary.period(question, question.period);
    summary.no_data(asking, query);
  }
  return summary.close();
}

}  // namespace fortnight::query
