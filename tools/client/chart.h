// The activity chart: a bar a bucket of time, of two parts, calls that failed below all others.
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

// Bars with a y axis on their left and times below; `rows` of terminal high, without the times. As
// wide as the terminal at the most: where buckets are more than columns, neighbours share a bar.
// Every error is seen, however few of the calls they are.
std::string draw_chart(std::vector<Bucket> buckets, std::size_t rows, const Terminal& terminal);

// One row high, without axes, and no wider than `columns`: where there are more values, neighbours
// share a column.
std::string draw_sparkline(const std::vector<double>& values, std::size_t columns);

}  // namespace fortnight::client
