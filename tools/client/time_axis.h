// The axis below a chart: ticks and times.
#pragma once

#include <string>
#include <vector>

namespace fortnight::client {

// `starts` are the bars' times (RFC 3339 with offset). Bars are `bar_width` columns wide; the first
// is `indent` columns from the left. Returns two lines: ticks, and days or hours as round as the
// space allows.
std::string draw_time_axis(const std::vector<std::string>& starts, std::size_t bar_width,
                           std::size_t indent);

}  // namespace fortnight::client
