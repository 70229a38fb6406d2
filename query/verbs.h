// One function for each verb.
#pragma once

#include <variant>

#include "query/answer.h"

namespace fortnight::query {

// Calls the function of the request's verb.
Answer answer_verb(const VerbContext& verb);

Answer answer_activity(const VerbContext& verb);
Answer answer_logs(const VerbContext& verb);
Answer answer_show(const VerbContext& verb);
Answer answer_top(const VerbContext& verb);
Answer answer_values(const VerbContext& verb);
Answer answer_errors(const VerbContext& verb);
Answer answer_job(const VerbContext& verb);
Answer answer_export(const VerbContext& verb);
Answer answer_rejects(const VerbContext& verb);
Answer answer_find(const VerbContext& verb);
Answer answer_twin(const VerbContext& verb);
Answer answer_status(const VerbContext& verb);
Answer answer_sources(const VerbContext& verb);
Answer answer_issue(const VerbContext& verb);
Answer answer_tokens(const VerbContext& verb);
Answer answer_revoke(const VerbContext& verb);
Answer answer_erase(const VerbContext& verb);
Answer answer_erasures(const VerbContext& verb);
Answer answer_backup(const VerbContext& verb);
Answer answer_audit(const VerbContext& verb);
Answer answer_user(const VerbContext& verb);
Answer answer_users(const VerbContext& verb);
Answer answer_reload(const VerbContext& verb);
Answer answer_help(const VerbContext& verb);

// The value of ref=, which must be given.
Parsed<storage::Ref> ref_option(const VerbContext& verb);
// Whether the day of the ref is kept. Reads no call.
Parsed<storage::Completeness> completeness_at(const VerbContext& verb, const storage::Ref& ref);

// What a verb asks of the store, first if it asks more than once. No state: the period is empty,
// and nothing is read.
using Plan = std::variant<std::monostate, storage::CallQuery, storage::CountQuery, storage::Ref>;
// A count's plan, if its period is not empty.
Plan plan_of(storage::CountQuery query);

// The plans of the verbs that read calls. Each answers a wrong request with the error that its verb
// answers with.
Parsed<Plan> plan_verb(const VerbContext& verb);

Parsed<Plan> plan_activity(const VerbContext& verb);
Parsed<Plan> plan_logs(const VerbContext& verb);
Parsed<Plan> plan_show(const VerbContext& verb);
Parsed<Plan> plan_top(const VerbContext& verb);
Parsed<Plan> plan_values(const VerbContext& verb);
Parsed<Plan> plan_errors(const VerbContext& verb);
Parsed<Plan> plan_job(const VerbContext& verb);
Parsed<Plan> plan_export(const VerbContext& verb);

// EXPLAIN: the plan of `request`, which has another verb.
Answer answer_explain(const VerbContext& verb);
// The error of EXPLAIN without a verb, or with a verb that doesn't read calls.
RequestError nothing_to_explain();

}  // namespace fortnight::query
