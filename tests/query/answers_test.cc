// Random requests of every verb that reads calls: the engine and the naive store give the same
// bytes, whatever happens to the calls' files meanwhile.
#include <boost/test/unit_test.hpp>
#include <list>
#include <random>
#include <set>

#include "query/service.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/flat_line.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(answers)

namespace {

using Random = std::mt19937_64;
using Words = std::vector<std::string>;

const std::string& pick(Random& random, const Words& words) {
  return words[random() % words.size()];
}

class Rows final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    lines.emplace_back(json);
    return true;
  }
  Words lines;
};

struct Life {
  explicit Life(unsigned seed) : random(seed) {
    engine.error_codes = {"/a", "/request/a", "/request/b/0"};
    engine.start(now);
    context.now = [this] { return now; };
    context.error_code_pointers = engine.error_codes;
  }

  // Times are whole quarter hours, so that ties are frequent. Some calls are late.
  void append() {
    Words lines;
    const bool late = random() % 4 == 0;
    for (std::uint64_t i = 1 + random() % 60; i > 0; --i) {
      const std::uint64_t days = late && random() % 4 == 0 ? 20 : 3;
      const auto back = static_cast<TimeNs>(random() % (days * 96));
      lines.push_back(tests::random_line(random, now - back * kNsPerQuarter - 1));
    }
    const auto split = random() % 4 == 0 ? tests::Split::plain : tests::Split::shapes;
    engine.engine().append(tests::native_append(lines, split), now).value();
    engine.engine().sync().value();
    model.append(tests::native_append(lines, split), now).value();
    // The engine knows days that have only late calls once these are in files.
    if (late) engine.engine().flush().value();
  }
  void live_on() {
    append();
    switch (random() % 5) {
      case 0:
        return engine.restart(now);
      case 1:
        return engine.seal(now);
      case 2:
        engine.engine().flush().value();
        return;
      case 3:
        now += static_cast<TimeNs>(random() % 60) * kNsPerHour;
        engine.expire(now);
        return model.expire(now);
      default:
        return;
    }
  }
  Words answer(const storage::Store& store, const std::string& request) {
    context.store = &store;
    Rows rows;
    rows.lines.push_back(query::execute(context, request, rows, {}));
    return rows.lines;
  }

  std::string request() {
    static const Words kVerbs = {
        "ACTIVITY step=1d",
        "ACTIVITY step=1h by=",
        "ACTIVITY step=1d n=2 by=",
        "ACTIVITY compare=previous step=1h",
        "ACTIVITY compare=week step=1d",
        "TOP n=3 by=",
        "TOP n=4 compare=previous by=",
        "TOP sort=error_rate compare=day by=",
        "ERRORS compare=previous",
        "ERRORS n=2 compare=week",
        "TOP sort=errors by=",
        "TOP sort=error_rate by=",
        "VALUES field=",
        "LOGS limit=20",
        "LOGS order=oldest",
        "LOGS limit=20 with=/a,/request/b/1,/headers/a",
        "ERRORS",
        "ERRORS n=2",
        "JOB i-1",
        "JOB I-1 limit=2",
        "SHOW i-2",
        "SHOW id=i-* limit=3",
        "EXPORT",
        "EXPORT fields=ts,ref,error_id,/a,/request/b/1,/request/a,/headers/a"};
    static const Words kKeys = {"account",  "method", "endpoint", "path", "status",
                                "revision", "source", "call_id",  "code"};
    static const Words kDates = {" date=today",
                                 " date=yesterday",
                                 " date=last-3-days",
                                 " date=last-30-days",
                                 " date=last-7-hours",
                                 " from=02:10 to=02:25",
                                 " date=yesterday from=09:00 to=17:30",
                                 " date=last-200-minutes",
                                 " date=all",
                                 ""};
    static const Words kZones = {"", " tz=Asia/Kathmandu", " tz=America/New_York",
                                 " tz=Europe/Paris"};
    static const Words kFilters = {
        " status=failed", " status>=300",     " method!=GET",    " account=ab,ZZ9",
        " account=\"\"",  " endpoint=*api*",  " path=*a*",       " duration_ms>300",
        " text=axios",    " /request/a=*",    " error_id=i-1",   " id!=i-1",
        " revision=*15",  " call_id=*",       " code=404,*jo*",  " code!=*",
        " status=none",   " /request/b!=*a*", " /request/a/a=*", " /request/headers/A=*"};
    std::string words = pick(random, kVerbs);
    if (words.ends_with('=')) words += pick(random, kKeys);
    words += pick(random, kDates) + pick(random, kZones);
    for (std::uint64_t i = random() % 3; i > 0; --i) words += pick(random, kFilters);
    return words;
  }

  Random random;
  TimeNs now = tests::utc("2026-11-20T12:07:00Z");
  tests::EngineUnderTest engine;
  tests::ModelStore model;
  query::Context context;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_engine_answers_like_the_naive_store) {
  std::size_t rows = 0;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    Life life(seed);
    for (int step = 0; step < 12; ++step) {
      life.live_on();
      for (int i = 0; i < 40; ++i) {
        const std::string request = life.request();
        const Words expected = life.answer(life.model, request);
        const Words found = life.answer(life.engine.store(), request);
        BOOST_TEST_CONTEXT("seed " << seed << ", step " << step << ": " << request) {
          BOOST_REQUIRE(expected.back().starts_with("OK "));
          BOOST_TEST(found == expected, boost::test_tools::per_element());
        }
        rows += expected.size() - 1;
      }
    }
  }
  BOOST_TEST(rows > 20'000U);
}

// Counts of rollups equal counts of calls. A filter that matches all calls forces the latter.
BOOST_AUTO_TEST_CASE(counts_are_the_same_from_rollups_and_from_calls) {
  static const Words kFilters = {"",
                                 " status=failed",
                                 " status=429,2xx",
                                 " status!=2xx",
                                 " status=\"\"",
                                 " account=ab",
                                 " account!=ab,ZZ9",
                                 " account=*a*",
                                 " method=GET endpoint=/api/*",
                                 " revision=\"\"",
                                 " endpoint!=/ method!=POST"};
  static const Words kKeys = {"",           " by=account", " by=status", " by=endpoint",
                              " by=method", " by=revision"};
  std::size_t counted = 0;
  for (unsigned seed = 11; seed <= 14; ++seed) {
    Life life(seed);
    for (int step = 0; step < 10; ++step) {
      life.live_on();
      const storage::Store& store = life.engine.store();
      for (int i = 0; i < 30; ++i) {
        const std::string request =
            "ACTIVITY date=last-3-days step=" + pick(life.random, {"15m", "1h", "1d"}) +
            pick(life.random, kKeys) + pick(life.random, kFilters);
        Words from_rollups = life.answer(store, request);
        Words from_calls = life.answer(store, request + " path!=\"no such path\"");
        BOOST_TEST_CONTEXT("seed " << seed << ", step " << step << ": " << request) {
          BOOST_TEST(from_rollups.back().find("\"basis\":\"rollups\"") != std::string::npos);
          BOOST_TEST(from_calls.back().find("\"basis\":\"calls\"") != std::string::npos);
          from_rollups.pop_back();
          from_calls.pop_back();
          BOOST_TEST(from_rollups == from_calls, boost::test_tools::per_element());
        }
        counted += from_calls.size();
      }
    }
  }
  BOOST_TEST(counted > 10'000U);
}

// FOLLOW returns every matching call exactly once from its start on, wherever the calls are stored
// when it is polled.
BOOST_AUTO_TEST_CASE(followed_calls_arrive_once) {
  struct Reader {
    std::unique_ptr<query::Follow> follow;
    std::string filter;
    std::set<std::string> before;  // refs
    Rows rows;
  };
  static const Words kFilters = {"",
                                 " status=failed",
                                 " method=GET",
                                 " id=i-1",
                                 " text=axios",
                                 " duration_ms>300 account!=ab",
                                 " /request/a=*"};
  std::size_t given = 0;
  for (unsigned seed = 21; seed <= 26; ++seed) {
    Life life(seed);
    const auto context = std::make_shared<query::Context>(life.context);
    context->store = &life.engine.store();
    const auto matching = [&](const std::string& filter) {
      std::set<std::string> refs;
      for (const std::string& row :
           life.answer(life.model, "EXPORT fields=ref from=2026-10-01" + filter)) {
        if (row.starts_with('{')) refs.insert(tests::flatten(row).at("/ref"));
      }
      return refs;
    };
    std::list<Reader> readers;
    for (int step = 0; step < 24; ++step) {
      if (step % 4 == 0) {
        const std::string& filter = pick(life.random, kFilters);
        Reader& reader = readers.emplace_back();
        reader.filter = filter;
        reader.follow = query::Follow::start(
                            context, query::RequestLine("FOLLOW" + filter, access::everybody()))
                            .follow;
        reader.before = matching(filter);
      }
      life.append();
      if (life.random() % 3 == 0) life.engine.seal(life.now);
      if (life.random() % 3 == 0) life.engine.engine().flush().value();
      for (Reader& reader : readers) {
        if (life.random() % 2 == 0) reader.follow->poll(reader.rows, {});
      }
    }
    for (Reader& reader : readers) {
      while (reader.follow->poll(reader.rows, {}) == query::Follow::State::more) continue;
      reader.follow->poll(reader.rows, {});
      std::set<std::string> expected = matching(reader.filter);
      for (const std::string& ref : reader.before) expected.erase(ref);
      std::multiset<std::string> found;
      for (const std::string& row : reader.rows.lines) found.insert(tests::flatten(row).at("/ref"));
      BOOST_TEST_CONTEXT("seed " << seed << ", FOLLOW" << reader.filter) {
        BOOST_TEST(found.size() == expected.size());
        BOOST_TEST((std::set<std::string>(found.begin(), found.end()) == expected));
      }
      given += found.size();
    }
  }
  BOOST_TEST(given > 2'000U);
}

BOOST_AUTO_TEST_SUITE_END()
