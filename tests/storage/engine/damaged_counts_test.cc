// Days whose rollups turn out to be damaged are counted by their calls.
#include <boost/test/unit_test.hpp>

#include "storage/engine.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

namespace damaged_counts {

constexpr Day kToday = 20'000;
constexpr std::size_t kInPage = 40;  // within a page of a rollup: the file still opens
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;

struct Fixture {
  fortnight::faults::SimulatedFileSystem files;
  std::unique_ptr<Engine> engine;

  void start() {
    EngineOptions options;
    options.journal_file_bytes = 64U << 10;
    options.disk_reserve = 0;
    options.clock_hold = 0;
    engine.reset();
    engine = Engine::open(files, options, kNoon).value();
  }
  void add_days(int days, int calls) {
    Append append;
    for (int day = 1; day <= days; ++day) {
      for (int i = 0; i < calls; ++i) {
        const TimeNs ts = day_start(kToday - day) + i * kNsPerSecond;
        samples::add_sample(append.batch, {.ts = ts, .call_id = std::to_string(ts)});
      }
    }
    BOOST_REQUIRE(engine->append(std::move(append), kNoon));
    BOOST_REQUIRE(engine->sync());
    BOOST_REQUIRE(engine->flush());
  }
  // Damages the byte at offset `at` of the first `most` files whose names have this beginning.
  int damage(const std::string& beginning, std::size_t at, int most) {
    int damaged = 0;
    for (const std::string& path : files.paths()) {
      if (!path.starts_with(beginning) || damaged == most) continue;
      std::string bytes = files.contents(path);
      bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
      files.put(path, bytes);
      ++damaged;
    }
    return damaged;
  }
  [[nodiscard]] CountAnswer counted() const {
    CountQuery query;
    query.edges = {day_start(kToday - 10), day_start(kToday)};
    return engine->count(query, kNoon, {}).value();
  }
};

}  // namespace damaged_counts

BOOST_FIXTURE_TEST_SUITE(damaged_counts, damaged_counts::Fixture)

BOOST_AUTO_TEST_CASE(days_are_counted_by_their_calls) {
  start();
  add_days(3, 50);
  BOOST_TEST(damage("rollups/", kInPage, 3) == 3);
  start();
  const CountAnswer answer = counted();
  BOOST_TEST(answer.groups.find("", 0).calls == 150U);
  BOOST_TEST(answer.completeness.complete);
}

// A day that turns out to be damaged restarts the count; the losses of earlier days must be
// reported once.
BOOST_AUTO_TEST_CASE(losses_are_reported_once_for_any_number_of_damaged_days) {
  start();
  add_days(3, 50);
  BOOST_TEST(damage("rollups/", kInPage, 3) == 3);
  BOOST_TEST(damage("parts/", 0, 1) == 1);
  start();
  const CountAnswer answer = counted();
  BOOST_TEST(answer.groups.find("", 0).calls == 100U);
  BOOST_TEST(!answer.completeness.complete);
  BOOST_TEST(answer.completeness.damaged() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
