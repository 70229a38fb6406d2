// EXPLAIN: what a request would read.
#include "query/filters.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

bool counts(Verb verb) {
  return verb == Verb::activity || verb == Verb::top || verb == Verb::values;
}

Parsed<void> give_step(const Asking& asking, std::string_view step) {
  std::string row;
  JsonWriter(row).open_object().key("step").text(step).close_object();
  return give(asking, row);
}

}  // namespace

RequestError nothing_to_explain() {
  return bad_request(1,
                     "EXPLAIN goes before a verb that reads calls, as in EXPLAIN LOGS status=500");
}

Answer answer_explain(const Asking& asking) {
  const Question& question = asking.question;
  if (question.words->options.empty() && !question.words->filters) {
    return nothing_to_explain();
  }
  storage::CallQuery query = call_query(question);
  if (!question.alone.empty()) {
    storage::Predicate bears_id;
    bears_id.subject = storage::Predicate::Subject::any_id;
    bears_id.patterns = {exactly(question.alone[0].text)};
    query.predicates.push_back(std::move(bears_id));
  }
  const auto plan = asking.context.store->explain(query);
  if (!plan) return store_error(plan.error());
  if (counts(question.words->verb)) {
    FORTNIGHT_TRY(give_step(asking,
                            "counts are read from rollups where these know every filter; "
                            "what follows is for where they don't"));
  }
  for (const std::string& step : plan->steps) FORTNIGHT_TRY(give_step(asking, step));
  Summary summary;
  summary.json().key("verb").text(question.words->name);
  summary.period(question, question.period);
  summary.json().key("days").number(plan->days);
  summary.json().key("blocks").number(plan->blocks_considered);
  summary.json().key("blocks_to_read").number(plan->blocks_read);
  summary.json().key("bytes_to_read").number(plan->bytes_read);
  return summary.close();
}

}  // namespace fortnight::query
