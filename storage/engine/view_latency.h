// latency over all that a view holds: the rollups' sketches, and those of the head's calls.
#pragma once

#include "storage/engine/version.h"
#include "storage/store.h"

namespace fortnight::storage {

// ErrorCode::invalid where the edges aren't at least two.
Result<LatencyAnswer> view_latency(const View& view, const LatencyQuery& query,
                                   const Budget& budget);

}  // namespace fortnight::storage
