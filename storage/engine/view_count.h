// count() over a view: whole quarters from rollups if they can answer, the rest from calls.
#pragma once

#include "storage/engine/answer_memory.h"
#include "storage/engine/version.h"
#include "storage/query.h"

namespace fortnight::storage {

// ErrorCode::invalid unless there are at least two edges, ascending. Of unmatched endpoints, at
// most `max_unmatched` are named; an answer that rollups can't give names all.
Result<CountAnswer> count_view(const View& view, const CountQuery& query, const Budget& budget,
                               const AnswerMemory& memory, std::size_t max_unmatched);
// Describes what count_view() would read.
Result<ScanSummary> explain_count_view(const View& view, const CountQuery& query);

}  // namespace fortnight::storage
