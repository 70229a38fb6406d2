// The activity chart: one bar per bucket, with errors below the other calls.
#pragma once

#include <string>
#include <vector>

#include "tools/client/terminal.h"

namespace fortnight::client {

struct Bucket {
  std::string start;  // RFC 3339 with its offset: "2026-11-20T08:15:00+01:00"
  double calls = 0;
  double errors = 0;  // of the calls
};

// Draws bars with a y axis at the left and times below. The height is `rows`, without the times;
// the width is at most the terminal's. If there are more buckets than columns, neighbours are
// merged. Errors are always visible, even if they are few.
std::string draw_chart(std::vector<Bucket> buckets, std::size_t rows, const Terminal& terminal);

// One row without axes, at most `columns` wide. If there are more values, neighbours are merged.
std::string draw_sparkline(const std::vector<double>& values, std::size_t columns);

}  // namespace fortnight::client
