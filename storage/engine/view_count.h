// count over all that a view holds: whole quarters from rollups where they know the answer, the
// rest from calls.
#pragma once

#include "storage/engine/answer_memory.h"
#include "storage/engine/version.h"
#include "storage/store.h"

namespace fortnight::storage {

// ErrorCode::invalid where the edges aren't at least two that ascend.
Result<CountAnswer> count_view(const View& view, const CountQuery& query, const Budget& budget,
                               const AnswerMemory& memory);
// What that would read.
Result<ScanSummary> explain_count_view(const View& view, const CountQuery& query);

}  // namespace fortnight::storage
