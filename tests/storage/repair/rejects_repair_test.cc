// Files of rejected lines: verified, repaired and kept by a rebuild as files of calls are.
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/engine.h"
#include "storage/repair.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(rejects_repair)

namespace {

constexpr Day kToday = 20'000;
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;

struct StoreWithRejects {
  SimulatedFileSystem files;

  StoreWithRejects() {
    const auto engine = open(kNoon);
    add(*engine, 3);
    BOOST_REQUIRE(engine->flush());
    add(*engine, 5);
    BOOST_REQUIRE(engine->close());
    BOOST_REQUIRE(paths().size() == 2U);
  }
  std::unique_ptr<Engine> open(TimeNs now) {
    EngineOptions options;
    options.disk_reserve = 0;
    options.clock_hold = 0;
    return Engine::open(files, options, now).value();
  }
  static void add(Engine& engine, int lines) {
    Append append;
    for (int i = 0; i < lines; ++i) {
      append.rejects.push_back({kNoon + i, "tcp", "not-json", "", 0, "line " + std::to_string(i)});
    }
    BOOST_REQUIRE(engine.append(std::move(append), kNoon));
    BOOST_REQUIRE(engine.sync());
  }
  [[nodiscard]] std::vector<std::string> paths(const std::string& beginning = "rejects/") const {
    std::vector<std::string> found;
    for (const std::string& path : files.paths()) {
      if (path.starts_with(beginning)) found.push_back(path);
    }
    return found;
  }
  [[nodiscard]] std::vector<Problem> problems() {
    return verify_store(files, [] {}).value().problems;
  }
  // Lines that a query gives, and whether it says that these are all.
  std::pair<std::size_t, bool> lines(TimeNs now = kNoon) {
    const auto engine = open(now);
    RejectQuery query;
    query.limit = 100;
    const RejectPage page = engine->rejects(query, {}).value();
    return {page.rejects.size(), page.completeness.complete};
  }
};

using Lines = std::pair<std::size_t, bool>;

}  // namespace

BOOST_AUTO_TEST_CASE(damaged_missing_and_swapped_files_are_found) {
  StoreWithRejects store;
  BOOST_TEST(store.problems().empty());
  const std::vector<std::string> paths = store.paths();
  const std::string first = store.files.contents(paths[0]);
  const std::string second = store.files.contents(paths[1]);

  std::string damaged = first;
  damaged[30] = static_cast<char>(damaged[30] ^ 1);
  store.files.put(paths[0], damaged);
  BOOST_TEST(store.problems().size() == 1U);
  BOOST_TEST(store.problems().at(0).where == paths[0]);
  {
    const auto engine = store.open(kNoon);
    std::vector<std::string> reported;
    engine->when_unreadable(
        [&](const std::string& what, const std::string&) { reported.push_back(what); });
    RejectQuery query;
    query.limit = 100;
    for (int i = 0; i < 2; ++i)
      BOOST_TEST(!engine->rejects(query, {}).value().completeness.complete);
    BOOST_TEST(reported == std::vector{paths[0]}, boost::test_tools::per_element());
    const std::string status = tests::status_text(*engine, kNoon);
    BOOST_TEST(status.find("\"read_failures\":1,") != std::string::npos, status);
  }

  BOOST_REQUIRE(store.files.remove(paths[0]));
  BOOST_TEST(store.problems().size() == 1U);

  store.files.put(paths[0], second);
  store.files.put(paths[1], first);
  BOOST_TEST(store.problems().size() == 2U);
  BOOST_TEST((store.lines() == Lines{0, false}));
}

BOOST_AUTO_TEST_CASE(swapped_files_go_back) {
  StoreWithRejects store;
  const std::vector<std::string> paths = store.paths();
  const std::string first = store.files.contents(paths[0]);
  store.files.put(paths[0], store.files.contents(paths[1]));
  store.files.put(paths[1], first);
  const RepairReport report = repair_store(store.files, {}).value();
  BOOST_TEST(report.steps.size() == 2U);
  BOOST_TEST(store.problems().empty());
  BOOST_TEST((store.lines() == Lines{8, true}));
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_given_up_and_answers_say_so_until_it_is_acknowledged) {
  StoreWithRejects store;
  const std::string path = store.paths()[0];
  const std::string whole = store.files.contents(path);
  store.files.put(path, whole.substr(0, whole.size() - 1));
  const RepairReport dry = repair_store(store.files, {.dry_run = true}).value();
  BOOST_TEST(dry.steps.size() == 1U);
  BOOST_TEST(store.problems().size() == 1U);

  const RepairReport report = repair_store(store.files, {}).value();
  BOOST_REQUIRE(report.steps.size() == 2U);
  BOOST_TEST((report.steps[0].action == RepairStep::Action::lose_rejects));
  BOOST_TEST(report.steps[0].calls == 3U);
  BOOST_TEST((store.lines() == Lines{5, false}));
  BOOST_TEST(store.problems().size() == 1U);  // the loss

  // A backup of it in the quarantine comes back.
  store.files.put("quarantine/backup", whole);
  BOOST_TEST(repair_store(store.files, {}).value().steps.size() == 1U);
  BOOST_TEST(store.problems().empty());
  BOOST_TEST((store.lines() == Lines{8, true}));

  BOOST_REQUIRE(store.files.remove(path));
  BOOST_REQUIRE(repair_store(store.files, {}));
  BOOST_TEST(acknowledge_losses(store.files).value().lost.size() == 1U);
  BOOST_TEST((store.lines() == Lines{5, true}));
  BOOST_TEST(acknowledge_losses(store.files).value().lost.empty());
}

// The lines are too old to be kept, and their counts are in a file of their own.
BOOST_AUTO_TEST_CASE(a_rebuild_keeps_a_file_that_holds_counts_alone) {
  StoreWithRejects store;
  const TimeNs later = kNoon + 20 * kNsPerDay;
  {
    const auto engine = store.open(later);
    for (int i = 0; i < 20; ++i) {
      if (tests::maintain(*engine, later).value() > later) break;
    }
    BOOST_REQUIRE(engine->count_rejects({}).value() == 8U);
    BOOST_REQUIRE(engine->close());
  }
  // Files of the generation before are still there: without them the counts stand alone.
  const std::vector<std::string> paths = store.paths();
  for (std::size_t i = 0; i + 1 < paths.size(); ++i) {
    BOOST_REQUIRE(store.files.remove(paths[i]));
  }
  for (const std::string& path : store.paths("manifest-")) BOOST_REQUIRE(store.files.remove(path));
  for (int start = 0; start < 3; ++start) {
    const auto engine = store.open(later);
    BOOST_TEST(engine->count_rejects({}).value() == 8U);
    for (int i = 0; i < 20; ++i) {
      if (tests::maintain(*engine, later).value() > later) break;
    }
    BOOST_TEST(engine->count_rejects({}).value() == 8U);
    BOOST_REQUIRE(engine->close());
    BOOST_TEST(store.paths().size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_manifest_is_found_and_set_aside) {
  StoreWithRejects store;
  const std::vector<std::string> manifests = store.paths("manifest-");
  BOOST_REQUIRE(manifests.size() == 2U);
  store.files.put(manifests[1], "no manifest");
  BOOST_TEST(store.problems().at(0).where == manifests[1]);
  BOOST_REQUIRE(repair_store(store.files, {}));
  BOOST_TEST(store.files.paths().contains("quarantine/" + manifests[1]));
}

BOOST_AUTO_TEST_SUITE_END()
