// How each verb is answered.
#pragma once

#include "query/answer.h"

namespace fortnight::query {

// By that of its verb below.
Answer answer_verb(const Asking& asking);

Answer answer_activity(const Asking& asking);
Answer answer_logs(const Asking& asking);
Answer answer_show(const Asking& asking);
Answer answer_top(const Asking& asking);
Answer answer_values(const Asking& asking);
Answer answer_errors(const Asking& asking);
Answer answer_job(const Asking& asking);
Answer answer_export(const Asking& asking);
Answer answer_rejects(const Asking& asking);
Answer answer_status(const Asking& asking);
Answer answer_help(const Asking& asking);

// EXPLAIN: the plan of `question`, which is another verb's.
Answer answer_explain(const Asking& asking);
// What it says where that verb doesn't read calls, or isn't there.
RequestError nothing_to_explain();

}  // namespace fortnight::query
