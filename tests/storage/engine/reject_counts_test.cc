#include "storage/engine/reject_counts.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "storage/packing/limits.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(reject_counts)

namespace {

constexpr TimeNs kNoon = 20'000 * kNsPerDay + 12 * kNsPerHour;

RejectFilter between(TimeNs from, TimeNs to) { return {from, to, {}, {}}; }

TextTest exactly(const std::string& text, bool negated = false) {
  return {{TextPattern{{text}}}, negated};
}

struct One {
  TimeNs at;
  std::string source;
  std::string reason;
};

RejectCounts written_and_read(const RejectCounts& counts) {
  std::string bytes;
  ByteWriter out(bytes);
  counts.encode(out);
  ByteReader in(bytes);
  RejectCounts back = RejectCounts::decode(in);
  BOOST_TEST(in.ok());
  BOOST_TEST(in.remaining() == 0U);
  return back;
}

}  // namespace

BOOST_AUTO_TEST_CASE(they_agree_with_counting_one_by_one) {
  std::mt19937_64 random(3);
  std::vector<One> all;
  RejectCounts first;
  RejectCounts second;
  for (int i = 0; i < 2'000; ++i) {
    const auto second_of_week = static_cast<TimeNs>(random() % (7 * 86'400));
    const One one{kNoon + second_of_week * kNsPerSecond, "s" + std::to_string(random() % 3),
                  random() % 2 == 0 ? "not-json" : "no-time"};
    all.push_back(one);
    (random() % 2 == 0 ? first : second).add(one.at, one.source, one.reason);
  }
  first += second;
  const RejectCounts counts = written_and_read(first);
  BOOST_TEST(counts.total() == all.size());
  BOOST_TEST(counts.count({}) == all.size());
  for (int round = 0; round < 300; ++round) {
    RejectFilter filter;
    if (random() % 4 != 0) {
      filter.from = kNoon + static_cast<TimeNs>(random() % (7 * 86'400)) * kNsPerSecond;
      filter.to = filter.from + static_cast<TimeNs>(random() % 86'400) * kNsPerSecond;
    }
    if (random() % 2 == 0) filter.sources = {exactly("s1", random() % 2 == 0)};
    if (random() % 2 == 0) filter.reasons = {exactly("no-time")};
    std::uint64_t expected = 0;
    for (const One& one : all) {
      expected +=
          one.at >= filter.from && one.at < filter.to && filter.passes(one.source, one.reason) ? 1
                                                                                               : 0;
    }
    BOOST_TEST(counts.count(filter) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_second_that_an_edge_cuts_counts_whole) {
  RejectCounts counts;
  counts.add(kNoon + 1, "a", "x");
  BOOST_TEST(counts.count(between(kNoon, kNoon + 1)) == 1U);
  BOOST_TEST(counts.count(between(kNoon + 2, kNoon + 3)) == 1U);
  BOOST_TEST(counts.count(between(kNoon + kNsPerSecond, kMaxTime)) == 0U);
  BOOST_TEST(counts.count(between(kMinTime, kNoon)) == 0U);
}

// Rejects in every second of two days are more counts than may be kept: older ones are merged by
// quarter hour and by day, none is forgotten, and the newest stay exact.
BOOST_AUTO_TEST_CASE(they_stay_bounded_and_the_older_become_coarser) {
  RejectCounts counts;
  constexpr int kSeconds = 2 * 86'400;
  for (int i = 0; i < kSeconds; ++i) counts.add(kNoon + i * kNsPerSecond, "a", "not-json");
  BOOST_TEST(counts.size() <= kMaxRejectCounts);
  BOOST_TEST(counts.count({}) == static_cast<std::uint64_t>(kSeconds));
  const TimeNs end = kNoon + kSeconds * kNsPerSecond;
  BOOST_TEST(counts.count(between(end - 1'000 * kNsPerSecond, end)) == 1'000U);
  BOOST_TEST(counts.count(between(kNoon, kNoon + kNsPerHour)) == 3'600U);
  const RejectCounts back = written_and_read(counts);
  BOOST_TEST(back.count(between(kNoon, kNoon + kNsPerHour)) == 3'600U);
}

BOOST_AUTO_TEST_CASE(many_sources_for_years_stay_bounded_and_the_oldest_days_go) {
  RejectCounts counts;
  for (int day = 0; day < 4'000; ++day) {
    for (int source = 0; source < 10; ++source) {
      counts.add(kNoon + day * kNsPerDay, "s" + std::to_string(source), "x");
    }
  }
  BOOST_TEST(counts.size() <= kMaxRejectCounts);
  BOOST_TEST(counts.total() == 40'000U);
  BOOST_TEST(counts.count({}) >= kMaxRejectCounts / 2);
  BOOST_TEST(counts.count(between(kNoon + 3'500 * kNsPerDay, kMaxTime)) == 5'000U);
}

BOOST_AUTO_TEST_CASE(extreme_times_are_accepted) {
  RejectCounts counts;
  counts.add(kMinTime, "a", "x");
  counts.add(kMaxTime, "a", "x");
  BOOST_TEST(written_and_read(counts).count({}) == 2U);
}

BOOST_AUTO_TEST_CASE(damaged_bytes_ask_for_nothing) {
  RejectCounts counts;
  for (int i = 0; i < 20; ++i) counts.add(kNoon + i * kNsPerDay, "a", "x", 1'000'000);
  std::string bytes;
  ByteWriter out(bytes);
  counts.encode(out);
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string damaged = bytes.substr(0, random() % (bytes.size() + 1));
    for (int flips = 0; flips < 3 && !damaged.empty(); ++flips) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    ByteReader in(damaged);
    BOOST_TEST(RejectCounts::decode(in).size() <= damaged.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()
