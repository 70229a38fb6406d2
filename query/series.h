// Counts of a period by bucket and by group: what ACTIVITY shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/answer.h"
#include "query/buckets.h"
#include "query/group.h"

namespace fortnight::query {

// One line of a chart.
struct Series {
  std::string value;                    // of the group
  std::uint64_t rest = 0;               // not 0: the sum of so many other groups
  std::vector<storage::Counts> counts;  // by bucket
  bool other = false;                   // the group of what is counted past a cap
  [[nodiscard]] storage::Counts total() const;
};

struct Counted {
  std::vector<Series>
      series;  // without a grouping exactly one; else the largest first, the rest last
  storage::CountAnswer answer;  // without its counts
  [[nodiscard]] storage::Counts total() const;
};

// Counts by the edges, which may repeat: what is between two equal ones is empty. With a grouping,
// the `most` groups of the most calls are kept apart.
Parsed<Counted> count_series(const VerbContext& verb, const std::vector<TimeNs>& edges,
                             const std::optional<Grouping>& grouping, std::uint64_t most);

}  // namespace fortnight::query
