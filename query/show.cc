// SHOW: whole calls.
#include "query/filters.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;

Answer show_ref(const VerbContext& verb, const storage::Ref& ref) {
  auto found = verb.request.store->fetch(ref, verb.budget);
  if (!found) return store_error(found.error());
  if (*found) {
    prepare_row(**found);
    std::string row;
    JsonWriter json(row);
    json.open_object();
    write_call(**found, verb.context, json);
    json.close_object();
    if (!(*found)->line.empty()) disclose(verb.request, ref);
    FORTNIGHT_TRY(give(verb, row));
  }
  storage::Completeness completeness;
  if (!*found) {
    FORTNIGHT_ASSIGN(completeness, completeness_at(verb, ref));
  }
  Summary summary;
  summary.json().key("calls").number(*found ? 1 : 0);
  summary.completeness(completeness, true, found->has_value());
  if (!*found) summary.no_data();
  return summary.close();
}

Answer show_calls(const VerbContext& verb, const storage::CallQuery& query) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const storage::ScanSummary scanned,
                   scan_to_sink(verb, query, [&](const CallRecord& call, JsonWriter& row) {
                     write_call(call, verb.context, row);
                   }));
  const std::uint64_t calls = verb.progress.given.calls;
  Summary summary;
  summary.json().key("calls").number(calls);
  if (scanned.more) summary.json().key("more").boolean(true);
  summary.completeness(scanned.completeness, request.period.everything(), calls != 0);
  FORTNIGHT_TRY(summary.rejected(verb, request.period));
  if (calls == 0) {
    if (!request.period.everything()) summary.period(request, request.period);
    summary.no_data(verb, query);
  }
  return summary.close();
}

}  // namespace

Parsed<storage::Ref> ref_option(const VerbContext& verb) {
  const Value* value = verb.request.option("ref");
  if (value == nullptr) {
    return bad_request(1, std::string(verb.request.words->name) + " needs ref=, from a call's row");
  }
  const std::optional<storage::Ref> ref = storage::Ref::parse(value->text);
  if (!ref) return bad_request(value->column, "no ref: take it from a row's \"ref\"");
  return *ref;
}

Parsed<storage::Completeness> completeness_at(const VerbContext& verb, const storage::Ref& ref) {
  if (!is_day(ref.day)) return storage::Completeness();
  storage::CallQuery nothing;
  nothing.from = day_start(ref.day);
  nothing.to = day_start(ref.day + 1);
  nothing.first_seq = nothing.end_seq = 0;
  const auto scanned =
      verb.request.store->scan(nothing, verb.budget, [](CallRecord&&) { return true; });
  if (!scanned) return store_error(scanned.error());
  return scanned->completeness;
}

Parsed<Plan> plan_show(const VerbContext& verb) {
  constexpr std::uint64_t default_shown = 20;
  const ParsedRequest& request = verb.request;
  storage::CallQuery query = call_query(request);
  FORTNIGHT_ASSIGN(query.limit, request.number("limit", default_shown, verb.context.limits.shown));
  query.with_line = true;
  prepare_rows(query);
  if (const Value* value = request.option("ref")) {
    if (!request.alone.empty() || !query.predicates.empty() || request.dated) {
      return bad_request(value->column, "a ref names one call: nothing else goes with it");
    }
    FORTNIGHT_ASSIGN(const storage::Ref ref, ref_option(verb));
    return Plan{ref};
  }
  if (!request.alone.empty()) {
    if (request.alone[0].text.empty()) {
      return bad_request(request.alone[0].column, "expected an ID, not the empty text");
    }
    storage::Predicate carries_id;
    carries_id.subject = storage::Predicate::Subject::any_id;
    carries_id.patterns = {exactly(request.alone[0].text)};
    query.predicates.push_back(std::move(carries_id));
  } else if (query.predicates.empty()) {
    return bad_request(1, "SHOW takes an ID, ref=REF or filters");
  }
  return Plan{std::move(query)};
}

Answer answer_show(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(const Plan plan, plan_show(verb));
  if (const auto* ref = std::get_if<storage::Ref>(&plan)) return show_ref(verb, *ref);
  return show_calls(verb, std::get<storage::CallQuery>(plan));
}

}  // namespace fortnight::query
