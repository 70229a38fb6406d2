#include "storage/rollup/rollup.h"

#include <boost/test/unit_test.hpp>

#include "storage/rollup/format.h"
#include "tests/storage/rollup/calls.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(rollup)

namespace {

using namespace rollup_calls;
using faults::SimulatedFileSystem;

std::vector<Counted> random_calls(std::uint64_t seed, std::size_t count, Variety variety = {}) {
  std::mt19937_64 random(seed);
  std::vector<Counted> calls;
  for (std::size_t i = 0; i < count; ++i) calls.push_back(random_call(random, variety));
  return calls;
}

CountQuery whole_day() {
  CountQuery query;
  query.edges = {day_start(kDay), day_start(kDay + 1)};
  return query;
}

void check_random_queries(const RollupReader& reader, const std::vector<Counted>& calls,
                          std::uint64_t seed, int queries) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < queries; ++i) {
    const CountQuery query = random_query(random);
    BOOST_REQUIRE(RollupReader::answers(query));
    CountAnswer answer;
    BOOST_REQUIRE(reader.count(query, {}, answer));
    BOOST_REQUIRE_MESSAGE(answer.groups == naive_count(calls, query).groups,
                          "seed " << seed << ", query " << i);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(any_query_equals_a_recount) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SimulatedFileSystem files;
    const auto calls = random_calls(seed, 3000);
    const auto reader = make_rollup(files, "day", calls);
    BOOST_TEST(reader->calls() == calls.size());
    BOOST_TEST(reader->day() == kDay);
    check_random_queries(*reader, calls, seed, 400);
  }
}

BOOST_AUTO_TEST_CASE(calls_by_column_count_as_those_one_by_one) {
  for (const std::size_t room : {4U, 1000U}) {
    SimulatedFileSystem files;
    KeyedBlocks blocks(room);
    KeyedBlocks of_another_part(room);
    const auto builder = RollupBuilder::create(kDay);
    std::vector<Counted> all;
    for (std::uint64_t seed = 10; seed < 22; ++seed) {
      const auto calls = random_calls(seed, 300);
      all.insert(all.end(), calls.begin(), calls.end());
      if (seed % 4 == 3) {
        add_calls(*builder, calls);
      } else {
        (seed < 18 ? blocks : of_another_part).add(*builder, calls);
      }
    }
    BOOST_TEST(blocks.full() == (room == 4));
    builder->write(files, "day").value();
    const auto reader = RollupReader::open(files, "day", std::make_shared<BlockCache>(1U << 20));
    BOOST_TEST((*reader)->calls() == all.size());
    check_random_queries(**reader, all, 5, 200);
  }
}

BOOST_AUTO_TEST_CASE(many_accounts_span_many_pages) {
  SimulatedFileSystem files;
  const auto calls = random_calls(4, 60000, {.accounts = 20000, .endpoints = 5});
  const auto reader = make_rollup(files, "day", calls);
  BOOST_TEST(files.contents("day").size() > 2 * kRollupPageBytes);
  check_random_queries(*reader, calls, 4, 60);
}

// More rows than an entry may have, and counts larger than a byte.
BOOST_AUTO_TEST_CASE(one_account_spans_many_entries) {
  SimulatedFileSystem files;
  auto calls = random_calls(5, 120000, {.accounts = 1, .endpoints = 700});
  calls.insert(calls.end(), 70000, calls.front());
  const auto reader = make_rollup(files, "day", calls);
  check_random_queries(*reader, calls, 5, 25);
}

BOOST_AUTO_TEST_CASE(an_empty_day_counts_nothing) {
  SimulatedFileSystem files;
  const auto reader = make_rollup(files, "day", {});
  check_random_queries(*reader, {}, 6, 50);
}

BOOST_AUTO_TEST_CASE(counts_are_added_to_existing_ones) {
  SimulatedFileSystem files;
  const auto calls = random_calls(7, 100);
  const auto reader = make_rollup(files, "day", calls);
  CountAnswer answer;
  BOOST_REQUIRE(reader->count(whole_day(), {}, answer));
  BOOST_REQUIRE(reader->count(whole_day(), {}, answer));
  BOOST_TEST(answer.groups.find("", 0).calls == 200U);
}

BOOST_AUTO_TEST_CASE(rollups_refuse_unknown_filters) {
  CountQuery query = whole_day();
  BOOST_TEST(RollupReader::answers(query));
  query.by_field = TextField::path;
  BOOST_TEST(!RollupReader::answers(query));
  query.by_field.reset();
  for (const auto subject : {Predicate::Subject::duration, Predicate::Subject::any_id,
                             Predicate::Subject::pointer, Predicate::Subject::text}) {
    query.predicates.assign(1, Predicate());
    query.predicates[0].subject = subject;
    BOOST_TEST(!RollupReader::answers(query));
  }
  query.predicates.assign(1, Predicate());
  query.predicates[0].field = TextField::source;
  BOOST_TEST(!RollupReader::answers(query));
}

BOOST_AUTO_TEST_CASE(too_many_groups_are_an_error_that_adds_nothing) {
  SimulatedFileSystem files;
  const auto reader = make_rollup(files, "day", random_calls(8, 500));
  CountQuery query = whole_day();
  query.by_field = TextField::account;
  const Budget budget(3 * sizeof(Counts));
  CountAnswer answer;
  const auto result = reader->count(query, budget, answer);
  BOOST_REQUIRE(!result);
  BOOST_TEST((result.error().code == ErrorCode::limit));
  BOOST_TEST(answer.groups.empty());
}

BOOST_AUTO_TEST_CASE(a_count_can_be_stopped) {
  SimulatedFileSystem files;
  const auto reader = make_rollup(files, "day", random_calls(9, 500));
  CountQuery query = whole_day();
  query.by_field = TextField::account;
  const Budget budget([]() -> Result<void> { return Error{ErrorCode::cancelled, "enough"}; });
  CountAnswer answer;
  const auto result = reader->count(query, budget, answer);
  BOOST_REQUIRE(!result);
  BOOST_TEST((result.error().code == ErrorCode::cancelled));
}

BOOST_AUTO_TEST_CASE(latency_is_kept_by_hour_and_endpoint) {
  SimulatedFileSystem files;
  const auto calls = random_calls(10, 5000);
  const auto reader = make_rollup(files, "day", calls);
  SketchQuery query;
  for (int hour = 3; hour <= 23; hour += 5) {
    query.edges.push_back(day_start(kDay) + hour * kNsPerHour);
  }
  query.endpoints = {{{"/api/1/{id}"}}, {{"/api/3", ""}}};
  std::vector<LatencySketch> expected(query.edges.size() - 1);
  for (const Counted& call : calls) {
    if (!matches_any(query.endpoints, call.endpoint) || call.duration_ns == kNoDuration) continue;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (call.ts >= query.edges[i] && call.ts < query.edges[i + 1]) {
        expected[i].add(call.duration_ns);
      }
    }
  }
  std::vector<LatencySketch> sketches;
  BOOST_REQUIRE(reader->latency(query, sketches));
  BOOST_TEST((sketches == expected));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
