// How each verb is answered.
#pragma once

#include "query/answer.h"

namespace fortnight::query {

// By that of its verb below.
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

// EXPLAIN: the plan of `request`, which is another verb's.
Answer answer_explain(const VerbContext& verb);
// What it says where that verb doesn't read calls, or isn't there.
RequestError nothing_to_explain();

}  // namespace fortnight::query
