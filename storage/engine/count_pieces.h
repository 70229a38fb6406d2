// Cuts the buckets of a count into whole quarter hours, which rollups can count, and the rest at
// edges within a quarter, which only calls can.
#pragma once

#include <functional>
#include <vector>

#include "base/time.h"
#include "storage/count_groups.h"

namespace fortnight::storage {

// A period of time within one bucket.
struct CountPiece {
  TimeNs from = 0;
  TimeNs to = 0;
  std::size_t bucket = 0;
  friend bool operator==(const CountPiece&, const CountPiece&) = default;
};

struct CountPieces {
  std::vector<CountPiece> quarters;  // ascending; whole quarters
  std::vector<CountPiece> calls;     // ascending; each within a quarter
  // An edge is within a quarter whose calls are dropped. That quarter is counted whole, in the
  // bucket in which it begins, or in the first one.
  bool rounded = false;
};

// The end of the quarter that contains the instant; the instant itself if a quarter begins there.
TimeNs end_of_quarter(TimeNs time);

// `edges` ascend, at least two. `has_calls` returns whether a day's calls can be counted.
CountPieces cut_buckets(const std::vector<TimeNs>& edges,
                        const std::function<bool(Day)>& has_calls);

// The edges of all pieces. Between each two edges: the bucket of the query, or
// CountGroups::kNoBucket for a gap.
struct PieceEdges {
  std::vector<TimeNs> edges;
  std::vector<std::size_t> buckets;
};
PieceEdges edges_of(const std::vector<CountPiece>& pieces);

}  // namespace fortnight::storage
