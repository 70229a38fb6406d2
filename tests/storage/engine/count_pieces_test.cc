// Splits the buckets of a count into whole quarter hours and the rest at their edges.
#include "storage/engine/count_pieces.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(count_pieces)

namespace {

constexpr TimeNs kMidnight = day_start(20'777);
constexpr TimeNs kMinute = 60 * kNsPerSecond;
constexpr TimeNs at(std::int64_t minutes) { return kMidnight + minutes * kMinute; }

bool all_days(Day) { return true; }
bool no_days(Day) { return false; }

using Pieces = std::vector<CountPiece>;
using Edges = std::vector<TimeNs>;

bool is_quarter(TimeNs time) { return time % kNsPerQuarter == 0; }

// Checks that pieces ascend without overlap, each within its bucket unless it is rounded.
void check_order(const Pieces& pieces) {
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    BOOST_TEST(pieces[i].from < pieces[i].to);
    if (i > 0) BOOST_TEST(pieces[i - 1].to <= pieces[i].from);
  }
}

std::size_t bucket_at(const Edges& edges, TimeNs time) {
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), time) -
                                  edges.begin()) -
         1;
}

// The bucket that counts an instant; kNoBucket if none.
std::size_t counted_in(const CountPieces& pieces, TimeNs time) {
  std::size_t bucket = CountGroups::kNoBucket;
  for (const Pieces* some : {&pieces.quarters, &pieces.calls}) {
    for (const CountPiece& piece : *some) {
      if (time < piece.from || time >= piece.to) continue;
      BOOST_TEST(bucket == CountGroups::kNoBucket);  // counted once
      bucket = piece.bucket;
    }
  }
  return bucket;
}

}  // namespace

BOOST_AUTO_TEST_CASE(whole_quarters_need_no_calls) {
  const CountPieces pieces = cut_buckets({at(0), at(60), at(75)}, no_days);
  BOOST_TEST((pieces.quarters == Pieces{{at(0), at(60), 0}, {at(60), at(75), 1}}));
  BOOST_TEST(pieces.calls.empty());
  BOOST_TEST(!pieces.rounded);
}

BOOST_AUTO_TEST_CASE(an_edge_within_a_quarter_needs_its_calls) {
  const CountPieces pieces = cut_buckets({at(5), at(50)}, all_days);
  BOOST_TEST((pieces.quarters == Pieces{{at(15), at(45), 0}}));
  BOOST_TEST((pieces.calls == Pieces{{at(5), at(15), 0}, {at(45), at(50), 0}}));
  BOOST_TEST(!pieces.rounded);
}

BOOST_AUTO_TEST_CASE(buckets_within_one_quarter_are_counted_by_calls) {
  const CountPieces pieces = cut_buckets({at(1), at(2), at(3)}, all_days);
  BOOST_TEST(pieces.quarters.empty());
  BOOST_TEST((pieces.calls == Pieces{{at(1), at(2), 0}, {at(2), at(3), 1}}));
}

// A quarter without calls belongs to the bucket in which it begins, or to the first one.
BOOST_AUTO_TEST_CASE(quarters_without_calls_are_rounded) {
  const CountPieces pieces = cut_buckets({at(5), at(50), at(70)}, no_days);
  BOOST_TEST((pieces.quarters == Pieces{{at(0), at(60), 0}, {at(60), at(75), 1}}));
  BOOST_TEST(pieces.calls.empty());
  BOOST_TEST(pieces.rounded);
  // A bucket within a quarter that belongs to another bucket is empty.
  const CountPieces narrow = cut_buckets({at(1), at(2), at(3), at(20)}, no_days);
  BOOST_TEST((narrow.quarters == Pieces{{at(0), at(15), 0}, {at(15), at(30), 2}}));
}

// Only days without calls are rounded.
BOOST_AUTO_TEST_CASE(each_day_is_asked_for) {
  const TimeNs before = kMidnight - 5 * kMinute;
  const CountPieces pieces =
      cut_buckets({before, at(5)}, [](Day day) { return day == day_of(kMidnight); });
  BOOST_TEST((pieces.quarters == Pieces{{kMidnight - 15 * kMinute, kMidnight, 0}}));
  BOOST_TEST((pieces.calls == Pieces{{at(0), at(5), 0}}));
  BOOST_TEST(pieces.rounded);
}

BOOST_AUTO_TEST_CASE(the_ends_of_time_do_not_overflow) {
  for (const auto& has_calls : {all_days, no_days}) {
    const CountPieces pieces = cut_buckets({kMinTime, kMaxTime}, has_calls);
    check_order(pieces.quarters);
    check_order(pieces.calls);
    BOOST_TEST(counted_in(pieces, 0) == 0U);
  }
  BOOST_TEST(end_of_quarter(kMaxTime) == kMaxTime);
  BOOST_TEST(end_of_quarter(kMinTime) == kMinTime);
  BOOST_TEST(end_of_quarter(at(0)) == at(0));
  BOOST_TEST(end_of_quarter(at(0) + 1) == at(15));
  BOOST_TEST(end_of_quarter(-1) == 0);
}

// Compared with a check of each instant: on days with calls each instant is counted once, in its
// own bucket; on other days each is counted once, within the reach of its quarter hour.
BOOST_AUTO_TEST_CASE(every_instant_is_counted_once) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 300; ++round) {
    Edges edges;
    const TimeNs step = random() % 3 == 0 ? kNsPerQuarter : kMinute;
    for (std::uint64_t i = 2 + random() % 6; i > 0; --i) {
      edges.push_back(kMidnight - kNsPerDay / 24 + static_cast<TimeNs>(random() % 200) * step);
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    if (edges.size() < 2) continue;
    const bool calls = random() % 2 == 0;
    const CountPieces pieces = cut_buckets(edges, calls ? all_days : no_days);
    check_order(pieces.quarters);
    check_order(pieces.calls);
    for (const CountPiece& piece : pieces.quarters) {
      BOOST_TEST((is_quarter(piece.from) && is_quarter(piece.to)));
    }
    BOOST_TEST((calls || pieces.calls.empty()));
    bool whole = true;
    for (const TimeNs edge : edges) whole = whole && is_quarter(edge);
    BOOST_TEST(pieces.rounded == (!calls && !whole));
    for (TimeNs time = edges.front(); time < edges.back(); time += kMinute) {
      const std::size_t bucket = counted_in(pieces, time);
      BOOST_REQUIRE(bucket != CountGroups::kNoBucket);
      if (calls) {
        BOOST_REQUIRE_EQUAL(bucket, bucket_at(edges, time));
      } else {
        const TimeNs quarter = floor_div(time, kNsPerQuarter) * kNsPerQuarter;
        BOOST_REQUIRE_EQUAL(bucket, bucket_at(edges, std::max(quarter, edges.front())));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(edges_of_pieces_have_gaps_between) {
  const PieceEdges none = edges_of({});
  BOOST_TEST(none.edges.empty());
  BOOST_TEST(none.buckets.empty());
  const PieceEdges some = edges_of({{at(0), at(15), 0}, {at(15), at(30), 1}, {at(45), at(60), 2}});
  BOOST_TEST((some.edges == Edges{at(0), at(15), at(30), at(45), at(60)}));
  BOOST_TEST((some.buckets == std::vector<std::size_t>{0, 1, CountGroups::kNoBucket, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
