#include "storage/engine/count_pieces.h"

#include <algorithm>

namespace fortnight::storage {
namespace {

// At the ends of the range, where rounding to a quarter would overflow, every instant counts as an
// edge of a quarter.
bool is_quarter(TimeNs time) {
  return time % kNsPerQuarter == 0 || time < kMinTime + kNsPerQuarter ||
         time > kMaxTime - kNsPerQuarter;
}

TimeNs quarter_before(TimeNs time) {
  return is_quarter(time) ? time : floor_div(time, kNsPerQuarter) * kNsPerQuarter;
}

void add(std::vector<CountPiece>& pieces, TimeNs from, TimeNs to, std::size_t bucket) {
  if (from >= to) return;
  if (!pieces.empty() && pieces.back().to == from && pieces.back().bucket == bucket) {
    pieces.back().to = to;
  } else {
    pieces.push_back({from, to, bucket});
  }
}

}  // namespace

TimeNs end_of_quarter(TimeNs time) {
  return is_quarter(time) ? time : quarter_before(time) + kNsPerQuarter;
}

CountPieces cut_buckets(const std::vector<TimeNs>& edges,
                        const std::function<bool(Day)>& has_calls) {
  CountPieces out;
  // The end of the last quarter that was given whole to a bucket and reaches into the next one.
  TimeNs taken = kMinTime;
  for (std::size_t bucket = 0; bucket + 1 < edges.size(); ++bucket) {
    const TimeNs to = edges[bucket + 1];
    for (TimeNs from = std::max(edges[bucket], taken); from < to;) {
      const TimeNs last_quarter = quarter_before(to);
      if (is_quarter(from) && from < last_quarter) {
        add(out.quarters, from, last_quarter, bucket);
        from = last_quarter;
        continue;
      }
      const TimeNs start = quarter_before(from);
      const TimeNs end = start + kNsPerQuarter;
      if (has_calls(day_of(from))) {
        add(out.calls, from, std::min(end, to), bucket);
        from = std::min(end, to);
      } else {
        out.rounded = true;
        add(out.quarters, start, end, bucket);
        from = taken = end;
      }
    }
  }
  return out;
}

PieceEdges edges_of(const std::vector<CountPiece>& pieces) {
  PieceEdges out;
  for (const CountPiece& piece : pieces) {
    if (out.edges.empty() || out.edges.back() != piece.from) {
      if (!out.edges.empty()) out.buckets.push_back(CountGroups::kNoBucket);
      out.edges.push_back(piece.from);
    }
    out.buckets.push_back(piece.bucket);
    out.edges.push_back(piece.to);
  }
  return out;
}

}  // namespace fortnight::storage
