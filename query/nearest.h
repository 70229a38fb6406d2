// The call nearest to a period in which nothing was found.
#pragma once

#include <optional>

#include "query/answer.h"

namespace fortnight::query {

// The call that the query would give, were it not for its period, and that is nearest to it.
// Nothing where there is none, and where it isn't found within a fraction of a second: it is a
// hint.
std::optional<storage::CallRecord> nearest_call(const VerbContext& verb,
                                                const storage::CallQuery& query);

}  // namespace fortnight::query
