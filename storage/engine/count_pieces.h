// Cuts the buckets of a count into pieces: whole quarters, which rollups can count, and what is
// left at edges that fall within a quarter, which only calls can.
#pragma once

#include <functional>
#include <vector>

#include "base/time.h"
#include "storage/count_groups.h"

namespace fortnight::storage {

// A stretch of time that lies in one bucket.
struct CountPiece {
  TimeNs from = 0;
  TimeNs to = 0;
  std::size_t bucket = 0;
  friend bool operator==(const CountPiece&, const CountPiece&) = default;
};

struct CountPieces {
  std::vector<CountPiece> quarters;  // ascending; of whole quarters
  std::vector<CountPiece> calls;     // ascending; each within a quarter
  // Whether an edge fell within a quarter whose calls are gone: that quarter is counted whole, in
  // the bucket in which it begins, or in the first one.
  bool rounded = false;
};

// Where the quarter ends that the instant is in; the instant itself where a quarter begins there.
TimeNs end_of_quarter(TimeNs time);

// `edges` ascend, at least two. `has_calls` tells of a day whether its calls can be counted.
CountPieces cut_buckets(const std::vector<TimeNs>& edges,
                        const std::function<bool(Day)>& has_calls);

// The edges of all the pieces, and for each bucket between them the one that it belongs to
// (CountGroups::kNoBucket: a gap).
struct PieceEdges {
  std::vector<TimeNs> edges;
  std::vector<std::size_t> buckets;
};
PieceEdges edges_of(const std::vector<CountPiece>& pieces);

}  // namespace fortnight::storage
