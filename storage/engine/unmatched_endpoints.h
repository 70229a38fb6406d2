// Unmatched endpoints, whose calls all got 404, in counts by endpoint. Most of them are paths that
// scanners try. The counts of a sealed day fold all but the largest (storage/rollup/fold.h); a day
// that is still open names them all, since any may still get another status. So that an answer is
// the same before and after, it is folded as a whole.
#pragma once

#include <cstddef>

#include "storage/query.h"

namespace fortnight::storage {

// Whether an answer to this query is folded: a count by endpoint that selects no endpoints. One
// that selects some names them all.
bool folds_unmatched(const CountQuery& query);

// Whether the groups may have more unmatched endpoints than `most`. If false, none is folded.
bool may_have_more_unmatched(const CountGroups& groups, std::size_t most);

// The query for the calls that make an endpoint matched: those of the same period and accounts that
// didn't get 404, in one bucket.
CountQuery matched_calls(const CountQuery& query);

// Keeps the `most` unmatched endpoints with the most calls, and counts the calls of the others
// under `(other)`. `matched` is the answer to matched_calls().
void fold_unmatched(CountAnswer& answer, const CountGroups& matched, std::size_t most);

}  // namespace fortnight::storage
