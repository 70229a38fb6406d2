#include "storage/rollup/fold.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/storage/rollup/folds.h"
#include "tests/support/effort.h"

namespace fortnight::storage {
BOOST_AUTO_TEST_SUITE(rollup_fold)

namespace {

using namespace rollup_calls;
using faults::SimulatedFileSystem;
using Calls = std::vector<Counted>;

constexpr KeyCaps kSmallCaps{.accounts = 4, .endpoints = 5, .revisions = 3, .methods = 4};

constexpr std::array kFields = {TextField::account, TextField::method, TextField::endpoint,
                                TextField::revision};

std::string& text_of(Counted& call, TextField field) {
  return const_cast<std::string&>(rollup_calls::text_of(std::as_const(call), field));
}

// An attack: values that occur once, all at the start of the day, and among them the day's calls in
// any order.
struct Attack {
  explicit Attack(std::uint64_t seed, int made_up = 300) : random(seed) {
    for (int i = 0; i < made_up; ++i) {
      Counted call = plain_call(0);
      call.status = random() % 2 == 0 ? 404 : 200;
      for (const TextField field : kFields) {
        if (random() % 4 != 0) text_of(call, field) = "x" + std::to_string(random() % 100'000);
      }
      calls.push_back(call);
    }
    for (int i = 0; i < 400; ++i) {
      Counted call = plain_call(static_cast<int>(random() % 96));
      call.account = "A" + std::to_string(random() % 3);
      call.method = std::array{"GET", "POST", "PROPFIND", "BREW", ""}[random() % 5];
      call.endpoint = "/api/" + std::to_string(random() % 4);
      call.revision = std::to_string(random() % 2);
      call.status = random() % 5 == 0 ? 404 : 200;
      calls.push_back(call);
    }
    switch (random() % 3) {
      case 0:
        break;  // the invented ones first
      case 1:
        std::reverse(calls.begin(), calls.end());
        break;
      default:
        std::shuffle(calls.begin(), calls.end(), random);
    }
  }

  std::mt19937_64 random;
  Calls calls;
};

// Checks all properties of a folded file, for any order of arrival.
void check_sound(const RollupReader& reader, const Calls& calls) {
  BOOST_REQUIRE_EQUAL(reader.calls(), calls.size());
  for (const TextField field : kFields) {
    const CountAnswer answer = count(reader, whole_day(field));
    BOOST_REQUIRE_EQUAL(total(answer.groups), calls.size());
    const CountGroups exact = naive_count(calls, whole_day(field)).groups;
    for (CountGroups::Group group = 0; group < answer.groups.size(); ++group) {
      if (answer.groups.is_other(group)) {
        BOOST_REQUIRE_EQUAL(answer.past_cap.calls, answer.groups.total(group).calls);
        BOOST_REQUIRE_EQUAL(answer.past_cap.untested, 0U);
        continue;
      }
      const std::string name(answer.groups.name(group));
      const std::uint64_t counted = answer.groups.total(group).calls;
      const std::uint64_t wanted = exact.find(name, 0).calls;
      BOOST_REQUIRE_LE(counted, wanted);
      BOOST_REQUIRE_LE(wanted - counted, answer.past_cap.calls);
    }
  }
  // Known methods and absent values are exact, and so are sums over statuses.
  for (const std::string method : {"GET", "POST", "PROPFIND", ""}) {
    CountQuery query = whole_day();
    query.predicates = {is(TextField::method, method)};
    const CountAnswer answer = count(reader, query);
    BOOST_REQUIRE_EQUAL(answer.past_cap.calls, 0U);
    BOOST_REQUIRE(answer.groups == naive_count(calls, query).groups);
  }
  CountQuery by_status = whole_day();
  by_status.by_status = true;
  BOOST_REQUIRE(count(reader, by_status).groups == naive_count(calls, by_status).groups);
}

// Checks that an answer is exact, or says on how many calls the filter couldn't be tested, and is
// wrong by at most that number.
void check_honest(const RollupReader& reader, const Calls& calls, std::mt19937_64& random) {
  for (int i = 0; i < 60; ++i) {
    CountQuery query = whole_day();
    const Counted& sample = calls[random() % calls.size()];
    for (const TextField field : kFields) {
      if (random() % 3 != 0) continue;
      query.predicates.push_back(
          is(field, rollup_calls::text_of(sample, field), random() % 3 == 0));
      if (random() % 6 == 0) query.predicates.back().patterns = {{{"x", ""}}};
      if (random() % 6 == 0) query.predicates.back().patterns = {{{"", ""}}};
    }
    const CountAnswer answer = count(reader, query);
    const auto counted = static_cast<std::int64_t>(total(answer.groups));
    const auto exact = static_cast<std::int64_t>(total(naive_count(calls, query).groups));
    BOOST_REQUIRE_LE(std::abs(counted - exact),
                     static_cast<std::int64_t>(answer.past_cap.untested));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(adversarial_orders_fold_soundly) {
  for (std::uint64_t seed = 1; seed <= tests::rounds(60U); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      Attack attack(seed);
      SimulatedFileSystem files;
      const auto reader = fold(files, "day", attack.calls, {kSmallCaps, {}});
      check_sound(*reader, attack.calls);
      check_honest(*reader, attack.calls, attack.random);
      BOOST_TEST(reader->is_within(kSmallCaps).value());
      // All recurring values are named and exact.
      for (const std::string endpoint : {"/api/0", "/api/1", "/api/2", "/api/3"}) {
        CountQuery query = whole_day();
        query.predicates = {is(TextField::endpoint, endpoint)};
        const CountAnswer answer = count(*reader, query);
        BOOST_REQUIRE(answer.groups == naive_count(attack.calls, query).groups);
        BOOST_REQUIRE_EQUAL(answer.past_cap.calls, 0U);
      }
      for (const std::string account : {"A0", "A1", "A2"}) {
        for (const bool negated : {false, true}) {
          CountQuery query = whole_day();
          query.predicates = {is(TextField::account, account, negated)};
          const CountAnswer answer = count(*reader, query);
          BOOST_REQUIRE(answer.groups == naive_count(attack.calls, query).groups);
          BOOST_REQUIRE_EQUAL(answer.past_cap.calls, 0U);
        }
      }
      BOOST_TEST(calls_of(count(*reader, whole_day(TextField::method)), "BREW") > 0U);
    }
  }
}

// The order of arrival doesn't affect which values are kept.
BOOST_AUTO_TEST_CASE(the_order_of_arrival_does_not_matter) {
  for (std::uint64_t seed = 1; seed <= tests::rounds(20U); ++seed) {
    Attack attack(seed);
    SimulatedFileSystem files;
    const auto one = fold(files, "one", attack.calls, {kSmallCaps, {}});
    std::shuffle(attack.calls.begin(), attack.calls.end(), attack.random);
    const auto two = fold(files, "two", attack.calls, {kSmallCaps, {}});
    for (const TextField field : kFields) {
      BOOST_REQUIRE(count(*one, whole_day(field)).groups == count(*two, whole_day(field)).groups);
    }
  }
}

// Files that are folded separately and merged one after the other, like a day that repeatedly gets
// late calls.
BOOST_AUTO_TEST_CASE(merged_folds_stay_sound) {
  for (std::uint64_t seed = 1; seed <= tests::rounds(40U); ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      Attack attack(seed);
      SimulatedFileSystem files;
      std::shared_ptr<const RollupReader> merged;
      std::vector<Calls> shares(2 + seed % 5);
      for (const Counted& call : attack.calls) {
        shares[attack.random() % shares.size()].push_back(call);
      }
      for (std::size_t i = 0; i < shares.size(); ++i) {
        const auto share = fold(files, "share" + std::to_string(i), shares[i],
                                i % 2 == 0 ? RollupRules{kSmallCaps, {}} : RollupRules());
        const auto builder = RollupBuilder::create(kDay, {kSmallCaps, {}});
        if (merged) builder->add(*merged).value();
        builder->add(*share).value();
        merged = write(files, "merged" + std::to_string(i), *builder);
      }
      check_sound(*merged, attack.calls);
      check_honest(*merged, attack.calls, attack.random);
      SketchQuery day;
      day.edges = {day_start(kDay), day_start(kDay + 1)};
      std::vector<LatencySketch> latency;
      BOOST_REQUIRE_EQUAL(merged->latency(day, latency).value(), 0U);
      BOOST_REQUIRE_EQUAL(latency.at(0).count(), attack.calls.size());
    }
  }
}

// A value that occurs in each merge, but never often enough to replace an earlier one, is named in
// the end: its possible count under (other) is included.
BOOST_AUTO_TEST_CASE(a_repeatedly_folded_value_is_named_in_the_end) {
  SimulatedFileSystem files;
  Calls first;
  for (int value = 0; value < 5; ++value) {
    for (int i = 0; i < 30; ++i) {
      first.push_back(plain_call(0));
      first.back().endpoint = "/early/" + std::to_string(value);
    }
  }
  auto merged = fold(files, "first", first, {kSmallCaps, {}});
  int rounds = 0;
  for (; rounds < 40; ++rounds) {
    Calls more(10, plain_call(0));
    for (Counted& call : more) call.endpoint = "/steady";
    const auto builder = RollupBuilder::create(kDay, {kSmallCaps, {}});
    builder->add(*merged).value();
    add_calls(*builder, more);
    merged = write(files, "round" + std::to_string(rounds), *builder);
    if (calls_of(count(*merged, whole_day(TextField::endpoint)), "/steady") > 0) break;
  }
  BOOST_TEST(rounds < 5);
  BOOST_TEST(total(count(*merged, whole_day(TextField::endpoint)).groups) == merged->calls());
}

BOOST_AUTO_TEST_CASE(values_of_earlier_days_go_before_new_ones) {
  SimulatedFileSystem files;
  const auto builder = RollupBuilder::create(kDay - 1);
  Counted call = plain_call(-96);
  call.endpoint = "/rare";
  call.method = "BREW";
  call.account = "RARE";
  call.revision = "0.9";
  add_calls(*builder, {call});
  const auto yesterday = write(files, "yesterday", *builder);
  Calls calls;
  for (int i = 0; i < 100; ++i) {
    calls.push_back(plain_call(0));
    // Values that come earlier in the order of names, and occur twice.
    for (const TextField field : kFields) {
      text_of(calls.back(), field) = "!" + std::to_string(i / 2);
    }
  }
  calls.push_back(plain_call(5));
  for (const TextField field : kFields) {
    text_of(calls.back(), field) = rollup_calls::text_of(std::as_const(call), field);
  }
  const auto reader =
      fold(files, "day", calls, {kSmallCaps, [&] { return std::vector{yesterday}; }});
  for (const TextField field : kFields) {
    BOOST_TEST(calls_of(count(*reader, whole_day(field)),
                        rollup_calls::text_of(std::as_const(call), field)) == 1U);
  }
  check_sound(*reader, calls);
}

BOOST_AUTO_TEST_CASE(endpoints_that_only_404s_came_from_go_last) {
  SimulatedFileSystem files;
  Calls calls;
  for (int i = 0; i < 600; ++i) {
    calls.push_back(plain_call(i % 96));
    calls.back().endpoint = "/scanned/" + std::to_string(i % 20);
    calls.back().status = 404;
  }
  for (int i = 0; i < 4; ++i) {
    calls.push_back(plain_call(7));
    calls.back().endpoint = "/real/" + std::to_string(i);
  }
  const auto reader = fold(files, "day", calls, {kSmallCaps, {}});
  for (int i = 0; i < 4; ++i) {
    BOOST_TEST(calls_of(count(*reader, whole_day(TextField::endpoint)),
                        "/real/" + std::to_string(i)) == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_value_named_other_is_a_value) {
  SimulatedFileSystem files;
  Calls calls;
  for (int i = 0; i < 50; ++i) {
    calls.push_back(plain_call(i));
    for (const TextField field : kFields) text_of(calls.back(), field) = std::to_string(i);
    calls.push_back(plain_call(i));
    for (const TextField field : kFields) text_of(calls.back(), field) = "(other)";
  }
  const auto reader = fold(files, "day", calls, {kSmallCaps, {}});
  for (const TextField field : kFields) {
    const CountAnswer by_value = count(*reader, whole_day(field));
    BOOST_TEST(calls_of(by_value, "(other)") == 50U);
    BOOST_TEST(by_value.past_cap.calls > 40U);
    CountQuery one = whole_day();
    one.predicates = {is(field, "(other)")};
    const CountAnswer answer = count(*reader, one);
    BOOST_TEST(total(answer.groups) == 50U);
    BOOST_TEST(answer.past_cap.calls == 0U);
  }
}

BOOST_AUTO_TEST_CASE(values_that_are_too_long_are_counted_under_other) {
  SimulatedFileSystem files;
  Calls calls(3, plain_call(1));
  for (const TextField field : kFields) {
    text_of(calls[0], field) = std::string(kMaxKeyBytes + 1, 'l');
    text_of(calls[1], field) = std::string(kMaxKeyBytes, 'm');
  }
  const auto reader = fold(files, "day", calls, {});
  for (const TextField field : kFields) {
    const CountAnswer answer = count(*reader, whole_day(field));
    BOOST_TEST(answer.past_cap.calls == 1U);
    BOOST_TEST(calls_of(answer, std::string(kMaxKeyBytes, 'm')) == 1U);
    BOOST_TEST(calls_of(answer, std::string(kMaxKeyBytes + 1, 'l')) == 0U);
  }
}

// No file names a value that is too long, so it can't make the counts of other values uncertain.
BOOST_AUTO_TEST_CASE(values_that_are_too_long_leave_others_exact) {
  SimulatedFileSystem files;
  Calls calls(3, plain_call(1));
  for (const TextField field : kFields) {
    text_of(calls[0], field) = std::string(kMaxKeyBytes + 1, 'l');
    text_of(calls[1], field) = "early";
    text_of(calls[2], field) = "late";
  }
  calls[2].status = 404;
  const auto early = fold(files, "early", {calls[0], calls[1]}, {});
  const auto late = fold(files, "late", {calls[2]}, {});
  const auto builder = RollupBuilder::create(kDay, {KeyCaps(), {}});
  builder->add(*early).value();
  builder->add(*late).value();
  const auto merged = write(files, "merged", *builder);
  const auto again = RollupBuilder::create(kDay, {KeyCaps(), {}});
  again->add(*merged).value();
  for (const auto& reader : {merged, write(files, "again", *again)}) {
    for (const TextField field : kFields) {
      BOOST_TEST(count(*reader, whole_day(field)).past_cap.calls == 1U);
      for (const std::string value : {"early", "late"}) {
        CountQuery query = whole_day();
        query.predicates = {is(field, value)};
        const CountAnswer answer = count(*reader, query);
        BOOST_TEST(total(answer.groups) == 1U);
        BOOST_TEST(answer.past_cap.calls == 0U);
      }
    }
  }
}

// Far more values than are kept while they arrive: the builder folds before the end.
BOOST_AUTO_TEST_CASE(a_flood_is_folded_on_the_way) {
  SimulatedFileSystem files;
  const auto builder = RollupBuilder::create(kDay, {kSmallCaps, {}});
  Calls all;
  KeyedBlocks blocks(1U << 20);
  for (int block = 0; block < 12; ++block) {
    Calls calls;
    for (int i = 0; i < 1000; ++i) {
      Counted call = plain_call(block * 8);
      if (i % 10 != 0) {
        const std::string n = std::to_string(block * 1000 + i);
        call.endpoint = "/flood/" + n;
        call.method = "F" + n;
        call.revision = n;
      }
      calls.push_back(call);
    }
    all.insert(all.end(), calls.begin(), calls.end());
    if (block % 2 == 0) {
      blocks.add(*builder, calls);
    } else {
      add_calls(*builder, calls);
    }
  }
  const auto reader = write(files, "day", *builder);
  check_sound(*reader, all);
  BOOST_TEST(calls_of(count(*reader, whole_day(TextField::endpoint)), "/api") == 1200U);
  std::vector<LatencySketch> latency;
  SketchQuery day;
  day.edges = {day_start(kDay), day_start(kDay + 1)};
  day.endpoints = {{{"/api"}}};
  BOOST_REQUIRE(reader->latency(day, latency));
  BOOST_TEST(latency.at(0).count() == 1200U);
}

// Readers of files without folds read the same as before.
BOOST_AUTO_TEST_CASE(without_folds_the_file_has_no_feature_bit) {
  SimulatedFileSystem files;
  std::mt19937_64 random(3);
  Calls calls;
  for (int i = 0; i < 500; ++i) calls.push_back(random_call(random));
  const auto reader = fold(files, "day", calls, {});
  BOOST_TEST(!reader->fold().any());
  BOOST_TEST(files.contents("day").substr(12, 4) == std::string(4, '\0'));
  fold(files, "folded", calls, {{.accounts = 1, .endpoints = 1, .revisions = 1, .methods = 1}, {}});
  BOOST_TEST(files.contents("folded").substr(12, 4) == std::string("\1\0\0\0", 4));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::storage
