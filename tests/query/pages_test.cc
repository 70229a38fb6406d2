// Pages of LOGS from the engine, while calls arrive and the files change between pages: flushes,
// merges, sealed days, restarts.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "query/service.h"
#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/flat_line.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(pages)

namespace {

using Random = std::mt19937_64;

class Rows final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    refs.push_back(tests::flatten(std::string(json)).at("/ref"));
    return true;
  }
  std::vector<std::string> refs;
};

struct Life {
  Life() { engine.start(now); }

  // Times are whole quarter hours, so that ties are frequent.
  void append(Random& random, int count) {
    std::vector<std::string> lines;
    for (int i = 0; i < count; ++i) {
      const auto back = static_cast<TimeNs>(random() % (3 * 96)) * kNsPerQuarter;
      lines.push_back(tests::random_line(random, now - back - 1));
    }
    engine.engine().append(tests::native_append(lines), now).value();
    engine.engine().sync().value();
  }
  void live_on(Random& random) {
    switch (random() % 5) {
      case 0:
        return engine.restart(now);
      case 1:
        return engine.seal(now);
      case 2:
        engine.engine().flush().value();
        return;
      default:
        return append(random, 1 + static_cast<int>(random() % 10));
    }
  }
  // The refs of one page. Sets `cursor` to that of the next page, empty after the last.
  std::vector<std::string> page(const std::string& request, std::uint64_t limit,
                                std::string& cursor) {
    query::Context context;
    context.store = &engine.store();
    context.now = [this] { return now; };
    Rows rows;
    const std::string closing = query::execute(
        context,
        request + " limit=" + std::to_string(limit) + (cursor.empty() ? "" : " cursor=" + cursor),
        rows, {});
    BOOST_REQUIRE_MESSAGE(closing.starts_with("OK "), closing);
    cursor = tests::flatten(closing.substr(3)).at("/next");
    return rows.refs;
  }
  std::vector<std::string> whole(const std::string& request) {
    std::vector<std::string> all;
    std::string cursor;
    do {
      const std::vector<std::string> refs = page(request, 10'000, cursor);
      all.insert(all.end(), refs.begin(), refs.end());
    } while (!cursor.empty());
    return all;
  }

  TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  tests::EngineUnderTest engine;
};

}  // namespace

BOOST_AUTO_TEST_CASE(pages_continue_at_their_place_after_any_change) {
  Random random(17);
  for (int round = 0; round < tests::rounds(24); ++round) {
    Life life;
    life.append(random, 150);
    const std::string request = std::string("LOGS from=2026-11-17 to=2026-11-21") +
                                (round % 2 == 0 ? " order=newest" : " order=oldest") +
                                (round % 3 == 0   ? " method=GET,POST"
                                 : round % 3 == 1 ? ""
                                                  : " duration_ms>200");
    const std::vector<std::string> before = life.whole(request);
    std::vector<std::string> given;
    std::string cursor;
    do {
      const std::vector<std::string> refs = life.page(request, 1 + random() % 30, cursor);
      given.insert(given.end(), refs.begin(), refs.end());
      life.live_on(random);
    } while (!cursor.empty());
    // Calls of the beginning appear once, in order; of later calls, those behind the cursor appear.
    auto next = given.begin();
    for (const std::string& ref : before) {
      next = std::find(next, given.end(), ref);
      BOOST_REQUIRE_MESSAGE(next != given.end(), request << " doesn't give " << ref);
      ++next;
    }
    const std::vector<std::string> after = life.whole(request);
    auto place = after.begin();
    for (const std::string& ref : given) {
      place = std::find(place, after.end(), ref);
      BOOST_REQUIRE_MESSAGE(place != after.end(), request << " gives out of order " << ref);
      ++place;
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
