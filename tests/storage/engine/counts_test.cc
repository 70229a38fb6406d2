// The engine's counts held against the naive store's: with late calls, days that are dropped, and
// edges that fall anywhere.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;
using namespace fortnight::storage;

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
  BOOST_TEST((expected.groups == found.groups));
  BOOST_TEST(expected.from_calls == found.from_calls);
  BOOST_TEST(expected.late == found.late);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_counts)

BOOST_AUTO_TEST_CASE(they_are_what_the_naive_store_counts) {
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

BOOST_AUTO_TEST_SUITE_END()
