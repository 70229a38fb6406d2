// Counts of a period by bucket and group, for ACTIVITY.
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
  std::string value;                    // the group's value
  std::uint64_t rest = 0;               // if not 0: the sum of this many other groups
  std::vector<storage::Counts> counts;  // by bucket
  bool other = false;                   // the group of calls counted past a cap
  [[nodiscard]] storage::Counts total() const;
};

struct Counted {
  std::vector<Series>
      series;  // without a grouping exactly one; otherwise largest first, the rest last
  storage::CountAnswer answer;  // its counts are moved to `series`
  [[nodiscard]] storage::Counts total() const;
};

// What count_series() asks of the store: fewer than two edges where the period is empty.
storage::CountQuery series_query(const VerbContext& verb, const std::vector<TimeNs>& edges,
                                 const std::optional<Grouping>& grouping);

// Counts calls between the edges. Edges may repeat; the bucket between two equal edges is empty.
// With a grouping, the `most` largest groups get series of their own.
Parsed<Counted> count_series(const VerbContext& verb, const std::vector<TimeNs>& edges,
                             const std::optional<Grouping>& grouping, std::uint64_t most);

// The counts of another period for the rows of this one.
struct CountedBefore {
  std::vector<std::vector<storage::Counts>> series;  // one for each series of `like`, by bucket
  storage::Counts total;                             // all values, with or without a series
  storage::Completeness completeness;
};
// The rest of `like` gets all values without a series of their own. If `like` has no rest, values
// without calls in its period are only in the total.
Parsed<CountedBefore> count_like(const VerbContext& verb, const std::vector<TimeNs>& edges,
                                 const std::optional<Grouping>& grouping,
                                 const std::vector<Series>& like);

}  // namespace fortnight::query
