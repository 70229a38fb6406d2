// EXPLAIN: what a request would read.
#include <string>
#include <utility>
#include <variant>

#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::ScanSummary;

ScanSummary plan_without_reading(std::string step) {
  ScanSummary plan;
  plan.steps = {std::move(step)};
  return plan;
}

// Has the store explain each kind of plan.
class Explanation {
 public:
  explicit Explanation(const storage::StoreReader& store) : store_(store) {}

  Result<ScanSummary> operator()(std::monostate) const {
    return plan_without_reading("nothing: the period is empty");
  }
  Result<ScanSummary> operator()(const storage::CallQuery& query) const {
    return store_.explain(query);
  }
  Result<ScanSummary> operator()(const storage::CountQuery& query) const {
    return store_.explain_count(query);
  }
  Result<ScanSummary> operator()(const storage::Ref& ref) const {
    return plan_without_reading("one call, " + ref.to_string() + ", by its day and number");
  }

 private:
  const storage::StoreReader& store_;
};

Parsed<ScanSummary> explain(const VerbContext& verb) {
  if (verb.request.words->verb == Verb::follow) {
    return plan_without_reading("every call is tested as it arrives");
  }
  FORTNIGHT_ASSIGN(const Plan plan, plan_verb(verb));
  auto explained = std::visit(Explanation(*verb.request.store), plan);
  if (!explained) return store_error(explained.error());
  return std::move(*explained);
}

}  // namespace

Plan plan_of(storage::CountQuery query) {
  if (query.edges.size() < 2 || query.edges.front() >= query.edges.back()) return {};
  return query;
}

Parsed<Plan> plan_verb(const VerbContext& verb) {
  switch (verb.request.words->verb) {
    case Verb::activity:
      return plan_activity(verb);
    case Verb::logs:
      return plan_logs(verb);
    case Verb::show:
      return plan_show(verb);
    case Verb::top:
      return plan_top(verb);
    case Verb::values:
      return plan_values(verb);
    case Verb::errors:
      return plan_errors(verb);
    case Verb::job:
      return plan_job(verb);
    case Verb::export_calls:
      return plan_export(verb);
    default:
      return nothing_to_explain();
  }
}

RequestError nothing_to_explain() {
  return bad_request(1,
                     "EXPLAIN goes before a verb that reads calls, as in EXPLAIN LOGS status=500");
}

Answer answer_explain(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const ScanSummary plan, explain(verb));
  for (const std::string& step : plan.steps) {
    std::string row;
    JsonWriter(row).open_object().key("step").text(step).close_object();
    FORTNIGHT_TRY(give(verb, row));
  }
  Summary summary;
  summary.json().key("verb").text(request.words->name);
  if (request.words->verb != Verb::follow) summary.period(request, request.period);
  summary.json().key("days").number(plan.days);
  summary.json().key("blocks").number(plan.blocks_considered);
  summary.json().key("blocks_to_read").number(plan.blocks_read);
  summary.json().key("bytes_to_read").number(plan.bytes_read);
  return summary.close();
}

}  // namespace fortnight::query
