// Clocks that jump, stand still and are corrected: nothing is dropped early, and calls that arrive
// after the correction are kept.
#include <boost/test/unit_test.hpp>
#include <limits>
#include <random>
#include <set>

#include "storage/engine.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/effort.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(clocks)

namespace {

constexpr Day kToday = 20'000;
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;
constexpr TimeNs kYear = 365 * kNsPerDay;

struct Clocked {
  SimulatedFileSystem files;
  EngineOptions options;
  std::unique_ptr<Engine> engine;

  explicit Clocked(TimeNs now = kNoon) {
    options.journal_file_bytes = 64U << 10;
    options.disk_reserve = 0;
    start(now);
  }
  void start(TimeNs now) {
    engine.reset();
    engine = Engine::open(files, options, now).value();
  }
  void add(TimeNs ts, TimeNs now) {
    Append append;
    samples::add_sample(append.batch, {.ts = ts, .call_id = "c" + std::to_string(ts)});
    engine->append(std::move(append), now).value();
    engine->sync().value();
  }
  void maintain(TimeNs now) {
    while (fortnight::tests::maintain(*engine, now).value() <= now) continue;
  }
  [[nodiscard]] std::set<Day> days() const {
    std::set<Day> days;
    CallQuery all;
    all.limit = std::numeric_limits<std::uint64_t>::max();
    const auto see = [&](CallRecord&& record) {
      days.insert(record.ref.day);
      return true;
    };
    engine->scan(all, {}, see).value();
    return days;
  }
  [[nodiscard]] std::uint64_t counted() const {
    CountQuery query;
    query.edges = {day_start(kToday - 800), day_start(kToday + 800)};
    const CountAnswer answer = engine->count(query, kNoon, {}).value();
    return answer.groups.find("", 0).calls;
  }
  [[nodiscard]] bool says(const std::string& part) const {
    return tests::status_text(*engine, kNoon).find(part) != std::string::npos;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_second_jump_does_not_replace_the_hold_time) {
  Clocked store;
  store.add(kNoon, kNoon);
  const TimeNs jumped = kNoon + 2 * kNsPerDay;
  store.maintain(jumped);
  // Ahead by less than a day, but by more than the hold time, which the clock hasn't been observed
  // for.
  store.maintain(jumped + 14 * kNsPerDay - 1);
  store.maintain(jumped + 14 * kNsPerDay + 23 * kNsPerHour);
  BOOST_TEST(store.days().contains(kToday));
  BOOST_TEST(store.says("\"waits_for_clock\":true"));
  const TimeNs held = jumped + 14 * kNsPerDay + 23 * kNsPerHour;
  for (TimeNs minute = 0; minute <= 60; ++minute) {
    store.maintain(held + minute * 60 * kNsPerSecond);
  }
  BOOST_TEST(!store.days().contains(kToday));
  BOOST_TEST(store.counted() == 1U);
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_drops_nothing_and_neither_does_its_return) {
  for (const TimeNs back : {kNsPerDay, kYear}) {
    Clocked store;
    for (int day = 0; day < 10; ++day) store.add(kNoon - day * kNsPerDay, kNoon);
    store.maintain(kNoon);
    const std::set<Day> days = store.days();
    BOOST_TEST(days.size() == 10U);
    store.maintain(kNoon - back);
    store.add(kNoon, kNoon - back);
    store.start(kNoon - back + kNsPerHour);
    store.maintain(kNoon - back + kNsPerHour);
    BOOST_TEST((store.days() == days));
    store.maintain(kNoon + kNsPerHour);
    BOOST_TEST((store.days() == days));
    store.maintain(kNoon + 2 * kNsPerHour);
    BOOST_TEST((store.days() == days));
    BOOST_TEST(store.counted() == 11U);
  }
}

BOOST_AUTO_TEST_CASE(calls_after_a_clock_was_corrected_are_kept) {
  // The clock was a year ahead at the start, and stable for long enough to be trusted.
  Clocked store(kNoon + kYear);
  store.maintain(kNoon + kYear);
  store.maintain(kNoon + kYear + 2 * kNsPerHour);
  store.add(kNoon - kNsPerDay, kNoon + kYear);  // too old to be kept, by that clock
  BOOST_TEST(store.days().empty());
  BOOST_REQUIRE(store.engine->flush());
  store.maintain(kNoon);
  store.add(kNoon, kNoon);
  BOOST_TEST((store.days() == std::set<Day>{kToday}));
  // Calls that were counted and not kept never count as kept.
  store.add(kNoon - kNsPerDay + 1, kNoon);
  BOOST_TEST((store.days() == std::set<Day>{kToday}));
  BOOST_TEST(store.counted() == 3U);
  for (int times = 0; times < 2; ++times) {
    store.start(kNoon + kNsPerHour);
    store.maintain(kNoon + kNsPerHour);
    BOOST_REQUIRE(store.engine->flush());
    BOOST_TEST((store.days() == std::set<Day>{kToday}));
    BOOST_TEST(store.counted() == 3U);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_clock_at_a_start_without_manifests_drops_nothing) {
  Clocked store;
  for (int day = 0; day < 5; ++day) store.add(kNoon - day * kNsPerDay, kNoon);
  BOOST_REQUIRE(store.engine->flush());
  store.maintain(kNoon);
  store.engine.reset();
  for (const std::string& path : store.files.paths()) {
    if (path.starts_with("manifest-")) store.files.put(path, "damaged");
  }
  store.start(kNoon + kYear);
  store.maintain(kNoon + kYear);
  BOOST_TEST(store.days().size() == 5U);
  store.maintain(kNoon);
  BOOST_TEST(store.days().size() == 5U);
  BOOST_TEST(store.counted() == 5U);
}

BOOST_AUTO_TEST_CASE(a_start_after_a_month_drops_days_once_the_clock_has_held) {
  Clocked store;
  for (int day = 0; day < 10; ++day) store.add(kNoon - day * kNsPerDay, kNoon);
  BOOST_REQUIRE(store.engine->flush());
  store.maintain(kNoon);
  const TimeNs woken = kNoon + 30 * kNsPerDay;
  store.start(woken);
  store.maintain(woken);
  store.add(woken, woken);
  BOOST_TEST(store.days().size() == 11U);
  BOOST_TEST(store.says("\"waits_for_clock\":true,\"days_waiting\":10"));
  store.maintain(woken + kNsPerHour);
  BOOST_TEST((store.days() == std::set<Day>{kToday + 30}));
  BOOST_TEST(store.counted() == 11U);
  BOOST_TEST(store.says("\"waits_for_clock\":false,\"days_waiting\":0"));
}

BOOST_AUTO_TEST_CASE(midnight_while_a_day_is_being_sealed) {
  Clocked store;
  store.options.merge_slice_blocks = 1;
  const TimeNs midnight = day_start(kToday + 1);
  store.options.seal_after = kNsPerHour;
  store.start(kNoon);
  constexpr int kParts = 3;
  for (int part = 0; part < kParts; ++part) {
    for (TimeNs i = 0; i < fortnight::tests::rounds(TimeNs{3000}); ++i)
      store.add(kNoon - kNsPerDay + part + i * 10, kNoon);
    BOOST_REQUIRE(store.engine->flush());
  }
  // One slice before midnight, the others after it, with calls of the new day in between.
  TimeNs now = midnight - 1;
  for (int step = 0; step < 40; ++step) {
    fortnight::tests::maintain(*store.engine, now).value();
    store.add(now, now);
    now += kNsPerSecond;
  }
  store.maintain(now);
  BOOST_TEST(store.says("\"segments\":{\"files\":1"));
  BOOST_TEST((store.days() == std::set<Day>{kToday - 1, kToday, kToday + 1}));
  BOOST_TEST(store.counted() == kParts * fortnight::tests::rounds(3000U) + 40U);
}

// The clock is wrong by any amount, but never for the hour after which it is trusted.
BOOST_AUTO_TEST_CASE(no_walk_of_a_wrong_clock_drops_a_day_early) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    std::mt19937_64 random(seed);
    Clocked store;
    TimeNs real = kNoon;
    std::uint64_t calls = 0;
    const TimeNs offsets[] = {-kYear, -3 * kNsPerDay, -kNsPerDay, 2 * kNsPerDay, kYear};
    for (int step = 0; step < fortnight::tests::rounds(200); ++step) {
      // A period of correct time, then moments of wrong time, with restarts in between.
      for (int minutes = 0; minutes < 120; minutes += 10) {
        real += 10 * 60 * kNsPerSecond;
        store.maintain(real);
      }
      store.add(real, real);
      ++calls;
      const Day last = day_of(real);
      for (std::uint64_t wrongs = random() % 3; wrongs > 0; --wrongs) {
        real += 5 * 60 * kNsPerSecond;
        const TimeNs wrong = real + offsets[random() % std::size(offsets)];
        if (random() % 4 == 0) store.start(wrong);
        store.maintain(wrong);
      }
      const Day first = std::max<Day>(kToday, day_of(real) - store.options.retention_days);
      const std::set<Day> days = store.days();
      for (Day day = first; day <= last; ++day) {
        BOOST_REQUIRE_MESSAGE(days.contains(day), "seed " << seed << ", step " << step << ": day "
                                                          << day << " of " << day_of(real));
      }
      BOOST_REQUIRE(store.counted() == calls);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
