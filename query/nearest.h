// Finds the call nearest to a period that has no matching calls.
#pragma once

#include <optional>

#include "query/answer.h"

namespace fortnight::query {

// Returns the call nearest to the query's period that matches its filters. Returns nothing if there
// is none, or if it isn't found within a fraction of a second: it is only a hint.
std::optional<storage::CallRecord> nearest_call(const VerbContext& verb,
                                                const storage::CallQuery& query);

}  // namespace fortnight::query
