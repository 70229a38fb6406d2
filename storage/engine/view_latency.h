// latency() over a view: the rollups' sketches, and sketches of the calls in the head.
#pragma once

#include "storage/engine/version.h"
#include "storage/store.h"

namespace fortnight::storage {

// ErrorCode::invalid unless there are at least two edges.
Result<LatencyAnswer> view_latency(const View& view, const LatencyQuery& query,
                                   const Budget& budget);

}  // namespace fortnight::storage
