// JOB: the calls of an asynchronous job, from its submission on.
#include "query/filters.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

// The first call with the job's ID submits the job; later ones poll it. A read (GET, HEAD) never
// counts as a submission: the real one may be outside of the period, filtered out or no longer
// kept.
std::string_view stage_of(const storage::CallRecord& call, std::uint64_t index) {
  if (storage::is_error(call.status)) return "error";
  const std::string& method = call.field(storage::TextField::method);
  const bool asks = method == "GET" || method == "HEAD";
  return index == 0 && !asks ? "submission" : "poll";
}

Parsed<storage::CallQuery> job_query(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  if (request.alone.empty() || request.alone[0].text.empty()) {
    return bad_request(1, "JOB takes an asynchronous job's ID");
  }
  storage::CallQuery query = call_query(request);
  query.order = storage::Order::oldest_first;
  prepare_rows(query);
  FORTNIGHT_ASSIGN(query.limit,
                   request.number("limit", verb.context.limits.rows, verb.context.limits.rows));
  storage::Predicate of_job;
  of_job.subject = storage::Predicate::Subject::id_of_kind;
  of_job.name = "async_job_id";
  of_job.patterns = {exactly(request.alone[0].text)};
  query.predicates.push_back(std::move(of_job));
  return query;
}

}  // namespace

Parsed<Plan> plan_job(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(storage::CallQuery query, job_query(verb));
  return Plan{std::move(query)};
}

Answer answer_job(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const storage::CallQuery query, job_query(verb));
  const storage::Counts& counts = verb.progress.given;
  FORTNIGHT_ASSIGN(const storage::ScanSummary scanned,
                   scan_to_sink(verb, query, [&](const storage::CallRecord& call, JsonWriter& row) {
                     row.key("stage").text(stage_of(call, counts.calls));
                     write_call(call, verb.context, row);
                   }));
  Summary summary;
  write_counts(counts, summary.json());
  if (scanned.more) summary.json().key("more").boolean(true);
  summary.completeness(scanned.completeness, request.period.everything(), counts.calls != 0);
  FORTNIGHT_TRY(summary.rejected(verb, request.period));
  if (counts.calls == 0) {
    if (!request.period.everything()) summary.period(request, request.period);
    summary.no_data(verb, query);
  }
  return summary.close();
}

}  // namespace fortnight::query
