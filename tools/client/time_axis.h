// The line below a chart: ticks and times.
#pragma once

#include <string>
#include <vector>

namespace fortnight::client {

// For bars that begin at `starts` (RFC 3339 with offset) and are `bar_width` columns wide, `indent`
// columns from the left. Two lines: ticks, and below them days, or hours as round as there is room
// for.
std::string draw_time_axis(const std::vector<std::string>& starts, std::size_t bar_width,
                           std::size_t indent);

}  // namespace fortnight::client
