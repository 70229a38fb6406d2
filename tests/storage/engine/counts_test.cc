// The engine's counts compared with the naive store's, with late calls, dropped days and edges at
// any time.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "base/civil_time.h"
#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(engine_counts)

namespace {

using Random = std::mt19937_64;
constexpr TimeNs kBegin = day_start(20'000);

TimeNs random_instant(Random& random, TimeNs from, TimeNs to) {
  return from + static_cast<TimeNs>(random() % static_cast<std::uint64_t>(to - from));
}

struct Pair {
  tests::EngineUnderTest engine;
  tests::ModelStore model;
  TimeNs now = kBegin;

  void append(Random& random) {
    std::vector<std::string> lines;
    for (std::uint64_t i = 1 + random() % 20; i > 0; --i) {
      const TimeNs oldest = random() % 8 == 0 ? now - 20 * kNsPerDay : now - 2 * kNsPerDay;
      lines.push_back(tests::random_line(random, random_instant(random, oldest, now + 1)));
    }
    const auto split = random() % 4 == 0 ? tests::Split::plain : tests::Split::shapes;
    engine.engine().append(tests::native_append(lines, split), now).value();
    engine.engine().sync().value();
    model.append(tests::native_append(lines, split), now).value();
  }

  void live_on(Random& random) {
    switch (random() % 6) {
      case 0:
        engine.engine().flush().value();
        break;
      case 1:
        engine.restart(now);
        break;
      case 2:
        now += static_cast<TimeNs>(random() % 30) * kNsPerHour;
        engine.expire(now);
        model.expire(now);
        break;
      default:
        append(random);
    }
  }
};

std::uint64_t total(const CountGroups& groups) {
  std::uint64_t calls = 0;
  for (CountGroups::Group group = 0; group < groups.size(); ++group) {
    calls += groups.total(group).calls;
  }
  return calls;
}

// Some matching calls of days without calls are counted under `(other)`: the error of the counts is
// at most what the answer says.
void compare_folded(const CountAnswer& expected, const CountAnswer& found) {
  const std::uint64_t all = total(expected.groups);
  BOOST_REQUIRE_LE(all, total(found.groups) + found.past_cap.untested);
  BOOST_REQUIRE_LE(total(found.groups), all + found.past_cap.untested);
  BOOST_REQUIRE_EQUAL(found.completeness.untested, found.past_cap.untested);
  BOOST_REQUIRE(found.completeness.complete == false || found.past_cap.untested == 0);
  if (found.past_cap.untested != 0) return;
  for (CountGroups::Group group = 0; group < expected.groups.size(); ++group) {
    expected.groups.each_bucket(group, [&](std::size_t bucket, const Counts& counts) {
      const Counts named = found.groups.find(expected.groups.name(group), bucket);
      BOOST_REQUIRE_LE(named.calls, counts.calls);
      BOOST_REQUIRE_LE(counts.calls, named.calls + found.past_cap.calls);
    });
  }
}

void compare_counts(const Pair& pair, const Store& engine, Random& random) {
  CountQuery query;
  query.predicates = tests::random_predicates(random);
  const TimeNs unit = random() % 2 == 0 ? kNsPerQuarter : kNsPerSecond;
  for (std::uint64_t edges = 2 + random() % 6; edges > 0; --edges) {
    query.edges.push_back(random_instant(random, pair.now - 25 * kNsPerDay, pair.now) / unit *
                          unit);
  }
  std::sort(query.edges.begin(), query.edges.end());
  query.edges.erase(std::unique(query.edges.begin(), query.edges.end()), query.edges.end());
  if (query.edges.size() < 2) return;
  if (random() % 3 == 0) query.by_status = true;
  if (!query.by_status && random() % 2 == 0) {
    query.by_field = static_cast<TextField>(random() % kTextFields);
  }
  const CountAnswer expected = pair.model.count(query, pair.now, {}).value();
  const CountAnswer found = engine.count(query, pair.now, {}).value();
  if (found.past_cap.calls != 0) return compare_folded(expected, found);
  BOOST_TEST((expected.groups == found.groups));
  BOOST_TEST((expected.basis == found.basis));
  BOOST_TEST(expected.late == found.late);
}

}  // namespace

BOOST_AUTO_TEST_CASE(counts_equal_those_of_the_naive_store) {
  for (std::uint64_t seed = 1; seed <= fortnight::tests::rounds(12U); ++seed) {
    Random random(seed);
    Pair pair;
    pair.engine.start(kBegin);
    for (int step = 0; step < 60; ++step) {
      pair.live_on(random);
      const Store& engine = pair.engine.engine();
      for (int i = 0; i < 8; ++i) compare_counts(pair, engine, random);
    }
  }
}

// STATUS shows a key that has more values than its cap before the day is folded to it.
BOOST_AUTO_TEST_CASE(a_day_past_a_cap_shows_in_the_status) {
  tests::EngineUnderTest engine;
  engine.caps = {.accounts = 3, .endpoints = 2, .revisions = 10, .methods = 10};
  const TimeNs now = kBegin + 12 * kNsPerHour;
  engine.start(now);
  const auto append = [&](int hour, const std::string& endpoint, const std::string& account) {
    std::string line = R"({"ts":")";
    append_rfc3339(kBegin + hour * kNsPerHour, 0, line);
    line += R"(","status":200,"endpoint":")" + endpoint + R"(","account":")" + account + "\"}";
    engine.engine().append(tests::native_append({line}), now).value();
    engine.engine().sync().value();
  };
  const auto has = [&](const std::string& text) {
    return tests::status_text(engine.engine(), now).find(text) != std::string::npos;
  };
  for (const auto* endpoint : {"/a", "/b", "/a", ""}) append(2, endpoint, "A");
  engine.engine().flush().value();
  BOOST_TEST(has(R"("days":[],"unsealed":[]})"));
  append(4, "/c", "B");
  engine.engine().flush().value();
  append(3, "/d", "C");
  append(5, "/e", "D");
  engine.engine().flush().value();
  BOOST_TEST(has(R"("unsealed":[{"day":"2024-10-04","key":"account","values":4,"cap":3,)"
                 R"("since":"2024-10-04T05:00:00Z"},{"day":"2024-10-04","key":"endpoint",)"
                 R"("values":5,"cap":2,"since":"2024-10-04T03:00:00Z"}]})"));
  engine.seal(now + 2 * kNsPerDay);
  BOOST_TEST(has(R"("days":["2024-10-04"],"unsealed":[]})"));
}

// STATUS counts scanned paths past their cap, which are routine, apart from other values.
BOOST_AUTO_TEST_CASE(scanned_paths_past_their_cap_show_in_the_status) {
  tests::EngineUnderTest engine;
  engine.caps = {.revisions = 1, .unmatched_endpoints = 2};
  const TimeNs now = kBegin + 12 * kNsPerHour;
  engine.start(now);
  std::vector<std::string> lines;
  for (int i = 0; i < 9; ++i) {
    std::string line = R"({"ts":")";
    append_rfc3339(kBegin + i * kNsPerHour, 0, line);
    const std::string number = std::to_string(i);
    lines.push_back(line + R"(","status":)" + (i < 7 ? "404" : "200") + R"(,"endpoint":"/)" +
                    number + R"(","revision":")" + (i < 6 ? "1" : number) + "\"}");
  }
  engine.engine().append(tests::native_append(lines), now).value();
  engine.seal(now);
  const auto has = [&](const std::string& text) {
    return tests::status_text(engine.engine(), now).find(text) != std::string::npos;
  };
  BOOST_TEST(has(R"("endpoint":0,"revision":0,"method":0,"unmatched":0,"days":[])"));
  engine.seal(now + 2 * kNsPerDay);
  BOOST_TEST(has(R"("endpoint":5,"revision":3,"method":0,"unmatched":5,"days":["2024-10-04"])"));
}

// While late calls come to a sealed day, their files are merged without the sealed one: a path that
// it doesn't name would make the counts of all endpoints uncertain for ever.
BOOST_AUTO_TEST_CASE(late_scans_of_a_sealed_day_leave_its_counts_exact) {
  tests::EngineUnderTest engine;
  engine.caps = {.unmatched_endpoints = 2};
  engine.seal_after = kNsPerHour;
  const TimeNs morning = kBegin + kNsPerDay + 3 * kNsPerHour;
  engine.start(morning);
  const auto append = [&](int first, TimeNs now) {
    std::vector<std::string> lines;
    for (int i = first; i < first + 10; ++i) {
      std::string line = R"({"ts":")";
      append_rfc3339(kBegin + i * kNsPerQuarter / 10, 0, line);
      const std::string endpoint = i % 5 == 0 ? "api" : std::to_string(i % 70);
      lines.push_back(line + R"(","status":)" + (i % 10 == 0 ? "200" : "404") +
                      R"(,"endpoint":"/)" + endpoint + "\"}");
    }
    engine.engine().append(tests::native_append(lines), now).value();
  };
  for (int i = 0; i < 5; ++i) append(10 * i, morning);
  engine.seal(morning);
  engine.seal(morning + 2 * kNsPerHour);
  for (int i = 0; i < 20; ++i) {
    append(40 + 10 * i, morning + 3 * kNsPerHour);
    engine.seal(morning + 3 * kNsPerHour);
  }
  const TimeNs later = morning + 20 * kNsPerDay;
  engine.seal(morning + 12 * kNsPerHour);
  engine.expire(later);
  CountQuery query;
  query.edges = {kBegin, kBegin + kNsPerDay};
  query.predicates.resize(1);
  query.predicates[0].field = TextField::endpoint;
  query.predicates[0].patterns = {{{"/api"}}};
  const CountAnswer answer = engine.engine().count(query, later, {}).value();
  BOOST_TEST(answer.groups.total(0).calls == 50U);
  BOOST_TEST(answer.past_cap.calls == 0U);
  query.predicates.clear();
  query.by_field = TextField::endpoint;
  const CountAnswer grouped = engine.engine().count(query, later, {}).value();
  BOOST_TEST(grouped.groups.size() == 4U);  // /api, two paths and (other)
  BOOST_TEST(grouped.past_cap.unmatched == grouped.past_cap.calls);
}

// The same with so few named values that most days are folded. Counts are exact while calls are
// kept, and later wrong by at most what the answer says.
BOOST_AUTO_TEST_CASE(folded_days_are_exact_while_their_calls_are_kept) {
  bool folded = false;
  for (std::uint64_t seed = 1; seed <= fortnight::tests::rounds(12U); ++seed) {
    Random random(seed);
    Pair pair;
    pair.engine.caps = {.accounts = 1, .endpoints = 1, .revisions = 1, .methods = 0};
    pair.engine.start(kBegin);
    for (int step = 0; step < 60; ++step) {
      pair.live_on(random);
      const Store& engine = pair.engine.engine();
      for (int i = 0; i < 8; ++i) compare_counts(pair, engine, random);
      CountQuery kept;
      kept.edges = {day_start(day_of(pair.now) - 10), pair.now + 1};
      kept.by_field = TextField::endpoint;
      const CountAnswer found = engine.count(kept, pair.now, {}).value();
      BOOST_REQUIRE((pair.model.count(kept, pair.now, {}).value().groups == found.groups));
      BOOST_REQUIRE_EQUAL(found.past_cap.calls, 0U);
    }
    folded = folded ||
             tests::status_text(pair.engine.engine(), pair.now)
                     .find(R"("values_past_cap":{"account":0,"endpoint":0,)") == std::string::npos;
  }
  BOOST_TEST(folded);
}

BOOST_AUTO_TEST_SUITE_END()
