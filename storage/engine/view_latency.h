// latency() over a view: the rollups' sketches, and sketches of the calls in the head.
#pragma once

#include <optional>

#include "storage/engine/version.h"
#include "storage/query.h"

namespace fortnight::storage {

// The sketches that answer the query; nothing where rollups cannot: an edge is no whole hour, or a
// filter is about something else than one set of endpoints.
std::optional<SketchQuery> sketch_query(const LatencyQuery& query, TimeNs now);

// ErrorCode::invalid where there are fewer than two edges.
Result<LatencyAnswer> view_latency(const View& view, const SketchQuery& query,
                                   const Budget& budget);

}  // namespace fortnight::storage
