// An answer that pauses whenever its sink or budget requires it is the same as an answer without
// pauses, whatever happens to the calls' files meanwhile.
#include <boost/test/unit_test.hpp>
#include <random>

#include "query/service.h"
#include "tests/support/effort.h"
#include "tests/support/engine_under_test.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(answering)

namespace {

using Random = std::mt19937_64;
using query::Answering;

// A sink that only sometimes has room.
class Rows final : public query::Sink {
 public:
  explicit Rows(Random* random = nullptr) : random_(random) {}
  bool row(std::string_view json) override {
    lines.emplace_back(json);
    return true;
  }
  bool has_room(std::size_t) override { return random_ == nullptr || (*random_)() % 7 != 0; }
  std::vector<std::string> lines;

 private:
  Random* random_;
};

struct Life {
  Life() {
    engine.start(now);
    context->store = &engine.store();
    context->now = [this] { return now; };
  }

  // Times are whole quarter hours, so that ties are frequent.
  void append(Random& random, int count) {
    std::vector<std::string> lines;
    for (int i = 0; i < count; ++i) {
      const auto back = static_cast<TimeNs>(random() % (3 * 96)) * kNsPerQuarter;
      lines.push_back(tests::random_line(random, now - back - 1));
    }
    engine.engine().append(tests::native_append(lines), now).value();
  }
  void live_on(Random& random, bool arrive) {
    switch (random() % 6) {
      case 0:
        return engine.seal(now);
      case 1:
        engine.engine().flush().value();
        return;
      default:
        if (arrive) append(random, 1 + static_cast<int>(random() % 5));
    }
  }

  // The rows and the closing line of an answer without pauses.
  std::vector<std::string> whole(const std::string& request) const {
    Rows rows;
    std::string closing = query::execute(*context, request, rows, {});
    rows.lines.push_back(std::move(closing));
    return std::move(rows.lines);
  }
  std::vector<std::string> with_pauses(Random& random, const std::string& request, bool arrive) {
    Rows rows(&random);
    const storage::Budget budget([&]() -> Result<void> {
      if (random() % 50 != 0) return {};
      return Error{ErrorCode::locked, "later"};
    });
    const auto answering =
        Answering::start(context, query::RequestLine(request, access::everybody()));
    while (answering->run(rows, budget) == Answering::State::paused) {
      ++pauses;
      live_on(random, arrive);
    }
    rows.lines.push_back(answering->closing().line);
    return std::move(rows.lines);
  }

  TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  tests::EngineUnderTest engine;
  std::shared_ptr<query::Context> context = std::make_shared<query::Context>();
  int pauses = 0;
};

}  // namespace

BOOST_AUTO_TEST_CASE(pauses_change_nothing) {
  for (int seed = 1; seed <= tests::rounds(8); ++seed) {
    Random random(static_cast<unsigned>(seed));
    Life life;
    for (int i = 0; i < 6; ++i) {
      life.append(random, 60);
      life.live_on(random, false);
    }
    for (const char* request :
         {"LOGS date=last-4-days limit=10000", "LOGS date=last-4-days order=oldest limit=100",
          "EXPORT date=last-4-days", "EXPORT date=last-4-days order=newest fields=ts,call_id,ref",
          "LOGS date=last-4-days status=failed limit=33", "SHOW status=200 limit=50",
          "LOGS method=x"}) {
      const std::vector<std::string> expected = life.whole(request);
      BOOST_TEST(life.with_pauses(random, request, true) == expected,
                 boost::test_tools::per_element());
    }
    for (const char* request :
         {"TOP by=account date=last-4-days n=1000", "ACTIVITY date=last-4-days step=1h",
          "VALUES field=path date=last-4-days", "ERRORS date=last-4-days", "PING",
          "LOGS limit=x"}) {
      const std::vector<std::string> expected = life.whole(request);
      BOOST_TEST(life.with_pauses(random, request, false) == expected,
                 boost::test_tools::per_element());
    }
    BOOST_TEST(life.pauses > 50);
  }
}

BOOST_AUTO_TEST_CASE(the_budget_knows_whether_memory_was_too_little) {
  Random random(1);
  Life life;
  life.append(random, 200);
  const auto outgrew = [&](const storage::Budget& budget) {
    Rows rows;
    const auto answering = Answering::start(
        life.context, query::RequestLine("TOP by=path date=last-4-days", access::everybody()));
    BOOST_TEST((answering->run(rows, budget) == Answering::State::ended));
    BOOST_TEST(answering->closing().line.starts_with("ERR limit "), answering->closing().line);
    return budget.outgrown();
  };
  BOOST_TEST(outgrew(storage::Budget(100)));
  // Whatever the words of another limit are.
  BOOST_TEST(!outgrew(storage::Budget([]() -> Result<void> {
    return Error{ErrorCode::limit, "it took too long, with all of its memory"};
  })));
}

BOOST_AUTO_TEST_SUITE_END()
