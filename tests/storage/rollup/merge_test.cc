#include <boost/test/unit_test.hpp>

#include "storage/rollup/rollup.h"
#include "tests/storage/rollup/calls.h"
#include "tests/support/effort.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(rollup_merge)

namespace {

using namespace rollup_calls;
using faults::SimulatedFileSystem;

}  // namespace

// Files and calls in memory, split at random, merge to the same result as the whole.
BOOST_AUTO_TEST_CASE(random_splits_merge_to_the_whole) {
  for (std::uint64_t seed = 1; seed <= tests::rounds(20U); ++seed) {
    std::mt19937_64 random(seed);
    SimulatedFileSystem files;
    std::vector<Counted> calls;
    std::vector<std::vector<Counted>> shares(1 + random() % 5);
    for (int i = 0; i < 2000; ++i) {
      calls.push_back(random_call(random, {.accounts = 100, .endpoints = 8}));
      shares[random() % shares.size()].push_back(calls.back());
    }
    const auto builder = RollupBuilder::create(kDay);
    add_calls(*builder, shares[0]);
    for (std::size_t i = 1; i < shares.size(); ++i) {
      // The reader may be destroyed before the builder.
      const auto share = make_rollup(files, "share" + std::to_string(i), shares[i]);
      BOOST_REQUIRE(builder->add(*share));
    }
    BOOST_TEST(builder->calls() == calls.size());
    BOOST_REQUIRE(builder->write(files, "merged"));
    const auto cache = std::make_shared<BlockCache>(1U << 20);
    const auto merged = RollupReader::open(files, "merged", cache).value();
    BOOST_TEST(merged->calls() == calls.size());
    for (int i = 0; i < 50; ++i) {
      const CountQuery query = random_query(random);
      CountAnswer answer;
      BOOST_REQUIRE(merged->count(query, {}, answer));
      BOOST_REQUIRE(answer.groups == naive_count(calls, query).groups);
    }
    SketchQuery day;
    day.edges = {day_start(kDay), day_start(kDay + 1)};
    std::vector<LatencySketch> latency;
    BOOST_REQUIRE(merged->latency(day, latency));
    LatencySketch expected;
    for (const Counted& call : calls) {
      if (call.duration_ns != kNoDuration) expected.add(call.duration_ns);
    }
    BOOST_TEST((latency.at(0) == expected));
  }
}

BOOST_AUTO_TEST_CASE(a_builder_can_write_twice) {
  std::mt19937_64 random(1);
  SimulatedFileSystem files;
  const auto builder = RollupBuilder::create(kDay);
  add_calls(*builder, {random_call(random), random_call(random)});
  BOOST_REQUIRE(builder->write(files, "a"));
  BOOST_REQUIRE(builder->write(files, "b"));
  BOOST_TEST(files.contents("a") == files.contents("b"));
}

BOOST_AUTO_TEST_CASE(another_days_rollup_is_refused) {
  SimulatedFileSystem files;
  const auto reader = make_rollup(files, "day", {});
  const auto builder = RollupBuilder::create(kDay + 1);
  const auto result = builder->add(*reader);
  BOOST_REQUIRE(!result);
  BOOST_TEST((result.error().code == ErrorCode::invalid));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
