// One function for each verb.
#pragma once

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
Answer answer_status(const VerbContext& verb);
Answer answer_help(const VerbContext& verb);

// EXPLAIN: the plan of `request`, which has another verb.
Answer answer_explain(const VerbContext& verb);
// The error of EXPLAIN without a verb, or with a verb that doesn't read calls.
RequestError nothing_to_explain();

}  // namespace fortnight::query
