// failures() over a view: its parts and the head.
#pragma once

#include "storage/engine/answer_memory.h"
#include "storage/engine/first_failures.h"
#include "storage/engine/version.h"
#include "storage/failures.h"
#include "storage/query.h"

namespace fortnight::storage {

Result<FailureAnswer> view_failures(const View& view, const FailureQuery& query,
                                    const Budget& budget, const AnswerMemory& memory,
                                    FirstFailures& first);

}  // namespace fortnight::storage
