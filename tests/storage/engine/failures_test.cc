// Failed calls of whole hours are counted from rollups, if those tell the same as the calls.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "storage/engine.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

namespace failures_of_engine {

constexpr Day kToday = 20'000;
constexpr Day kDay = kToday - 1;
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;
const std::vector<std::string> kPointers = {"/note"};

struct Fixture {
  faults::SimulatedFileSystem files;
  EngineOptions options;
  std::unique_ptr<Engine> engine;

  Fixture() {
    options.journal_file_bytes = 64U << 10;
    options.disk_reserve = 0;
    options.clock_hold = 0;
    options.seal_after = 0;
    options.error_codes = kPointers;
    start();
  }
  void start(TimeNs now = kNoon) {
    engine.reset();
    engine = Engine::open(files, options, now).value();
  }
  // A failed call every ten minutes of the day, of two codes and three accounts.
  void add_day(Day day = kDay, TimeNs now = kNoon) {
    Append append;
    for (int i = 0; i < 144; ++i) {
      samples::add_sample(append.batch, {.ts = day_start(day) + i * 600 * kNsPerSecond + 7,
                                         .account = "ACC" + std::to_string(i % 3),
                                         .status = 500,
                                         .call_id = std::to_string(i),
                                         .note = i % 2 == 0 ? "even" : "odd"});
    }
    BOOST_REQUIRE(engine->append(std::move(append), now));
    BOOST_REQUIRE(engine->sync());
    BOOST_REQUIRE(engine->flush());
  }
  void maintain(TimeNs now = kNoon) {
    while (tests::maintain(*engine, now).value() <= now) continue;
  }
  [[nodiscard]] FailureAnswer ask(FailureQuery query = {.predicates = {},
                                                        .codes = kPointers}) const {
    FailureAnswer answer = engine->failures(query, {}).value();
    std::sort(answer.groups.begin(), answer.groups.end(),
              [](const auto& a, const auto& b) { return a.code < b.code; });
    return answer;
  }
  // Counts don't have the ID of the newest call.
  static bool is_counted(const FailureAnswer& answer) {
    return std::all_of(answer.groups.begin(), answer.groups.end(),
                       [](const FailureGroup& group) { return group.call_id_unknown; });
  }
  static void check_day(const FailureAnswer& answer) {
    BOOST_REQUIRE(answer.groups.size() == 2U);
    BOOST_TEST(answer.calls == 144U);
    BOOST_TEST(answer.groups[0].code == "even");
    BOOST_TEST(answer.groups[0].calls == 72U);
    BOOST_TEST(answer.groups[0].accounts == 3U);
    BOOST_TEST(answer.groups[0].first.ts == day_start(kDay) + 7);
    BOOST_TEST(answer.groups[1].last.ts == day_start(kDay) + 143 * 600 * kNsPerSecond + 7);
    BOOST_TEST(answer.completeness.complete);
  }
  // Damages a byte of the failures' section of every rollup: it is the last one before the places.
  void damage_codes() {
    for (const std::string& path : files.paths()) {
      if (!path.starts_with("rollups/")) continue;
      std::string bytes = files.contents(path);
      const std::size_t places = bytes.find("FNROLCOD");
      BOOST_REQUIRE(places != std::string::npos);
      bytes[places - 100] = static_cast<char>(bytes[places - 100] ^ 0x55);
      files.put(path, bytes);
    }
  }
};

}  // namespace failures_of_engine

BOOST_FIXTURE_TEST_SUITE(failures_of_engine, failures_of_engine::Fixture)

using namespace failures_of_engine;

BOOST_AUTO_TEST_CASE(whole_hours_are_counted_and_their_edges_read) {
  add_day();
  check_day(ask());
  BOOST_TEST(is_counted(ask()));
  maintain();
  BOOST_TEST(is_counted(ask()));
  BOOST_TEST((ask().basis == Basis::counts));
  FailureQuery cut{.predicates = {}, .codes = kPointers};
  cut.from = day_start(kDay) + 30 * 60 * kNsPerSecond;
  cut.to = day_start(kDay + 1) - 5 * 60 * kNsPerSecond;
  const FailureAnswer answer = ask(cut);
  BOOST_TEST(answer.calls == 141U);
  BOOST_TEST(answer.groups[1].first.ts == cut.from + 7);
  FailureGroup newest = answer.groups[0];
  BOOST_TEST(engine->read_newest(newest, {}).value());
  BOOST_TEST(newest.call_id == "142");
}

BOOST_AUTO_TEST_CASE(filters_that_counts_lack_and_other_pointers_need_the_calls) {
  add_day();
  FailureQuery query{.predicates = {}, .codes = {"/call_id"}};
  BOOST_TEST(ask(query).groups.size() == 144U);
  query.codes = kPointers;
  Predicate account;
  account.field = TextField::account;
  account.patterns = {{{"ACC1"}}};
  query.predicates = {account};
  BOOST_TEST(ask(query).calls == 48U);
  BOOST_TEST(!is_counted(ask(query)));
  query.predicates[0].field = TextField::call_id;
  query.predicates[0].patterns = {{{"7"}}};
  BOOST_TEST((ask(query).basis == Basis::calls));
  BOOST_TEST(ask(query).calls == 1U);
}

BOOST_AUTO_TEST_CASE(erased_calls_are_left_out_as_long_as_the_others_are_kept) {
  add_day();
  maintain();
  ErasureOrder order;
  Predicate& id = order.predicates.emplace_back();
  id.field = TextField::call_id;
  id.patterns = {{{"142"}}};
  BOOST_REQUIRE(engine->erase(order, {}, kNoon));
  const FailureAnswer answer = ask();
  BOOST_TEST(answer.calls == 143U);
  BOOST_TEST(answer.groups[0].call_id == "140");
  const TimeNs later = day_start(kDay + 20);
  maintain(later);
  BOOST_TEST(ask().calls == 144U);
}

BOOST_AUTO_TEST_CASE(damaged_codes_are_found_in_the_calls) {
  add_day();
  damage_codes();
  start();
  const FailureAnswer answer = ask();
  check_day(answer);
  BOOST_TEST(!is_counted(answer));
}

BOOST_AUTO_TEST_CASE(dropped_days_are_counted_for_ever) {
  add_day();
  maintain();
  const TimeNs later = day_start(kDay + 20);
  add_day(kDay + 20, later + kNsPerHour);
  maintain(later + kNsPerHour);
  FailureQuery query{.predicates = {}, .codes = kPointers};
  query.to = day_start(kDay + 1);
  check_day(ask(query));
  BOOST_TEST(!ask(query).uncounted.has_value());
  FailureGroup newest = ask(query).groups[0];
  BOOST_TEST(!engine->read_newest(newest, {}).value());
  // Since when there are such calls, whatever the period.
  query = {.predicates = {}, .codes = kPointers};
  query.from = later;
  query.first_ever = true;
  const FailureAnswer answer = ask(query);
  BOOST_REQUIRE(answer.groups.size() == 2U);
  BOOST_TEST(answer.groups[0].first_ever.value().ts == day_start(kDay) + 7);
  damage_codes();
  start(later + kNsPerHour);
  query.from = kMinTime;
  query.to = day_start(kDay + 1);
  BOOST_TEST(ask(query).calls == 0U);
  BOOST_TEST(ask(query).completeness.damaged() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
