// What an answer says of damage, when it pauses: as much as the same answer without a pause.
#include <boost/test/unit_test.hpp>
#include <random>

#include "query/service.h"
#include "storage/engine.h"
#include "tests/support/native_lines.h"
#include "tests/support/random_calls.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;

namespace damage {

using query::Answering;

struct Rows final : query::Sink {
  bool row(std::string_view json) override {
    lines.emplace_back(json);
    return true;
  }
  bool has_room(std::size_t) override { return !full_at || lines.size() < *full_at; }
  std::vector<std::string> lines;
  std::optional<std::size_t> full_at;
};

// Two days of three blocks each, with damage in some of them.
struct Fixture {
  Fixture() {
    open();
    std::mt19937_64 random(1);  // most of the files' bytes are these notes, which lines need
    for (const char* day : {"18", "19"}) {
      std::vector<std::string> lines;
      for (int i = 0; i < 12'000; ++i) {
        const std::string minute = std::to_string(10 + i / 240);
        lines.push_back(R"({"ts":"2026-11-)" + std::string(day) + "T08:" + minute +
                        R"(:00Z","call_id":"call-)" + std::to_string(i) + R"(","note":")" +
                        std::to_string(random()) + std::to_string(random()) + R"("})");
      }
      engine->append(tests::native_append(lines), now).value();
      engine->flush().value();
    }
    engine.reset();
    for (const std::string& path : files.paths()) {
      if (!path.starts_with("parts/")) continue;
      std::string bytes = files.contents(path);
      for (const std::size_t place : {bytes.size() / 12, bytes.size() / 3}) bytes[place] ^= 0x55;
      files.put(path, bytes);
    }
    open();
    context->now = [this] { return now; };
  }
  void open() {
    storage::EngineOptions options;
    options.journal_file_bytes = 64U << 10;
    options.disk_reserve = 0;
    options.clock_hold = 0;
    engine = storage::Engine::open(files, options, now).value();
    context->store = engine.get();
  }

  const TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  faults::SimulatedFileSystem files;
  std::unique_ptr<storage::Engine> engine;
  std::shared_ptr<query::Context> context = std::make_shared<query::Context>();
};

}  // namespace damage

BOOST_FIXTURE_TEST_SUITE(damage, damage::Fixture)

BOOST_AUTO_TEST_CASE(an_answer_that_pauses_tells_all_damage_and_each_once) {
  for (const std::string request :
       {"EXPORT date=all", "EXPORT date=all order=newest", "LOGS date=all limit=10000"}) {
    Rows rows;
    const std::string whole = query::execute(*context, request, rows, {});
    BOOST_REQUIRE(whole.starts_with("OK "));
    BOOST_TEST(whole.find(R"("complete":false)") != std::string::npos, whole);
    BOOST_TEST(whole.find(R"("damaged":)") != std::string::npos, whole);
    for (unsigned every = 2; every < 12; ++every) {
      std::mt19937 random(every);
      const storage::Budget budget([&]() -> Result<void> {
        if (random() % every != 0) return {};
        return Error{ErrorCode::locked, "later"};
      });
      Rows paused;
      int pauses = 0;
      const auto answering =
          Answering::start(context, query::RequestLine(request, access::everybody()));
      while (true) {
        paused.full_at = paused.lines.size() + 1500;
        if (answering->run(paused, budget) == Answering::State::ended) break;
        ++pauses;
        BOOST_REQUIRE(pauses < 1000);
      }
      BOOST_TEST(pauses > 2);
      BOOST_TEST(answering->closing().line == whole, request << ", every " << every);
      BOOST_TEST((paused.lines == rows.lines));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_damaged_is_counted_once_however_often_a_query_needs_it) {
  // Both the counts and the durations of these need the calls.
  Rows rows;
  const std::string request = "date=all text=\"1\"";
  const std::string counts = query::execute(*context, "ACTIVITY step=1d " + request, rows, {});
  const std::string both =
      query::execute(*context, "ACTIVITY step=1d quantiles=0.5 " + request, rows, {});
  const auto damaged = [](const std::string& closing) {
    const std::size_t at = closing.find(R"("damaged":)");
    BOOST_REQUIRE(at != std::string::npos);
    return closing.substr(at, closing.find(',', at) - at);
  };
  BOOST_TEST(damaged(counts) == damaged(both));
}

BOOST_AUTO_TEST_SUITE_END()
