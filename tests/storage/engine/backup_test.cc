// Backups of a store that is in use: what is in them, what a second one adds, and what they keep on
// disk meanwhile.
#include "storage/backup.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "storage/engine.h"
#include "storage/repair.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_backup_target.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedBackupTarget;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(backups)

namespace {

constexpr Day kToday = 20'000;
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;

EngineOptions options() {
  EngineOptions options;
  options.journal_file_bytes = 64U << 10;
  options.disk_reserve = 0;
  options.clock_hold = 0;
  options.seal_after = 0;
  return options;
}

}  // namespace

struct Fixture {
  SimulatedFileSystem files;
  SimulatedFileSystem copies;
  SimulatedBackupTarget target{copies};
  std::unique_ptr<Engine> engine = Engine::open(files, options(), kNoon).value();
  TimeNs now = kNoon;
  int sent = 0;

  void add(int calls, TimeNs ts) {
    Append append;
    for (int i = 0; i < calls; ++i, ++sent) {
      samples::add_sample(append.batch, {.ts = ts + i,
                                         .account = sent % 2 == 0 ? "A" : "B",
                                         .status = sent % 3 == 0 ? 500 : 200,
                                         .call_id = "c" + std::to_string(sent)});
    }
    append.rejects.push_back({now, "s", "not-json", "", 0, "line " + std::to_string(sent)});
    append.positions = {{"tail", std::to_string(sent)}};
    BOOST_REQUIRE(engine->append(std::move(append), now));
    BOOST_REQUIRE(engine->sync());
  }
  void maintain() {
    while (tests::maintain(*engine, now).value() <= now) continue;
  }
  Backup back_up(BackupOrder order = {.now = kNoon}) {
    auto backup = engine->back_up(target, order, {});
    BOOST_REQUIRE_MESSAGE(backup, (backup ? "" : backup.error().message));
    return *backup;
  }
};

namespace {

// Everything that a store answers about its calls.
std::vector<std::string> answers_of(const Engine& engine) {
  std::vector<std::string> answers;
  CallQuery query;
  query.limit = 1'000'000;
  const auto scanned = engine.scan(query, {}, [&](CallRecord&& call) {
    answers.push_back(call.ref.to_string() + call.line);
    return true;
  });
  BOOST_REQUIRE(scanned);
  BOOST_TEST(scanned->completeness.complete);
  CountQuery counts;
  counts.edges = {day_start(kToday - 3), day_start(kToday + 2)};
  counts.by_field = TextField::account;
  const auto counted = engine.count(counts, kNoon, {});
  BOOST_REQUIRE(counted);
  for (const char* const account : {"A", "B"}) {
    const Counts of = counted->groups.find(account, 0);
    answers.push_back(std::string(account) + std::to_string(of.calls) + "," +
                      std::to_string(of.errors));
  }
  for (const NumberedReject& rejected : engine.rejects({}, {}).value().rejects) {
    answers.push_back(std::to_string(rejected.number) + rejected.reject.bytes);
  }
  for (const auto& [key, value] : engine.positions()) answers.push_back(key + "=" + value);
  return answers;
}

// Starts a store on a copy of the backup, which a start changes.
std::vector<std::string> restored(const SimulatedFileSystem& copies) {
  const auto files = copies.crashed(faults::Loss::everything, 1);
  const auto pause = [] {};
  const auto verified = verify_store(*files, pause);
  BOOST_REQUIRE(verified);
  for (const Problem& problem : verified->problems)
    BOOST_ERROR(problem.where + ": " + problem.what);
  const auto engine = Engine::open(*files, options(), kNoon);
  BOOST_REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().message));
  for (const std::string& warning : (*engine)->start_warnings()) BOOST_ERROR(warning);
  return answers_of(**engine);
}

std::vector<std::string> paths_below(const SimulatedFileSystem& files, std::string_view directory) {
  std::vector<std::string> paths;
  for (const std::string& path : files.paths()) {
    if (path.starts_with(directory)) paths.push_back(path);
  }
  return paths;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(it_answers_as_the_store_did_then, Fixture) {
  add(30, day_start(kToday - 1));
  maintain();
  add(20, kNoon);
  BOOST_REQUIRE(engine->flush());
  add(10, kNoon + kNsPerSecond);  // in the journal and the head only
  const std::vector<std::string> before = answers_of(*engine);
  const Backup backup = back_up();
  BOOST_TEST(backup.calls == 60U);
  BOOST_TEST(backup.copied == backup.files);
  BOOST_TEST(backup.copied_bytes == backup.bytes);
  add(5, kNoon + 2 * kNsPerSecond);
  BOOST_TEST(answers_of(*engine).size() > before.size());
  BOOST_TEST(restored(copies) == before, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_restored_store_takes_calls_and_can_be_backed_up, Fixture) {
  add(30, kNoon);
  back_up();
  engine = Engine::open(copies, options(), kNoon).value();
  add(10, kNoon + kNsPerSecond);
  BOOST_REQUIRE(engine->close());
  engine = Engine::open(copies, options(), kNoon).value();
  BOOST_TEST(engine->start_warnings().empty());
  const std::vector<std::string> all = answers_of(*engine);
  SimulatedFileSystem second;
  SimulatedBackupTarget other(second);
  BOOST_REQUIRE(engine->back_up(other, {.now = kNoon}, {}));
  BOOST_TEST(restored(second) == all, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(the_next_one_has_only_what_is_new, Fixture) {
  add(30, day_start(kToday - 1));
  add(20, kNoon);
  const Backup first = back_up();
  const Backup again = back_up();
  BOOST_TEST(again.files == first.files);
  BOOST_TEST(again.unchanged() == first.files);
  BOOST_TEST(again.generation > first.generation);
  add(10, kNoon + kNsPerSecond);
  maintain();
  const std::vector<std::string> then = answers_of(*engine);
  const Backup next = back_up();
  BOOST_TEST(next.copied > 0U);
  BOOST_TEST(restored(copies) == then, boost::test_tools::per_element());
  // Merged files of the first one are gone, and so are its manifests.
  BOOST_TEST(paths_below(copies, "parts/") == paths_below(files, "parts/"),
             boost::test_tools::per_element());
  BOOST_TEST(paths_below(copies, "manifest-").size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(files_are_linked_where_they_can_be, Fixture) {
  add(30, kNoon);
  SimulatedBackupTarget linking(copies, &files);
  const auto backup = engine->back_up(linking, {.now = kNoon}, {});
  BOOST_REQUIRE(backup);
  BOOST_TEST(backup->linked == backup->files);
  BOOST_TEST(backup->copied == 0U);
  BOOST_TEST(restored(copies) == answers_of(*engine), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_file_that_was_cut_is_copied_again, Fixture) {
  add(30, kNoon);
  back_up();
  const std::string part = paths_below(copies, "parts/").front();
  copies.put(part, copies.contents(part).substr(0, 100));
  BOOST_TEST(back_up().copied == 1U);
  BOOST_TEST(restored(copies) == answers_of(*engine), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(files_that_upkeep_replaces_stay_until_the_end, Fixture) {
  add(30, day_start(kToday - 1));
  BOOST_REQUIRE(engine->flush());
  const std::vector<std::string> then = answers_of(*engine);
  std::vector<std::string> held;
  BackupOrder order{.now = kNoon};
  order.copy_others = [&](FileSystem&) -> Result<void> {
    add(10, kNoon);
    maintain();  // seals the day, so that its part is obsolete
    maintain();
    held = paths_below(files, "parts/");
    return {};
  };
  const Backup backup = back_up(order);
  BOOST_TEST(restored(copies) == then, boost::test_tools::per_element());
  BOOST_TEST(paths_below(copies, "parts/").size() == 1U);
  const std::string part = paths_below(copies, "parts/").front();
  BOOST_TEST(std::count(held.begin(), held.end(), part) == 1);
  const std::vector<std::string> left = paths_below(files, "parts/");
  BOOST_TEST(std::count(left.begin(), left.end(), part) == 0);
  BOOST_TEST(backup.calls == 30U);
}

BOOST_FIXTURE_TEST_CASE(one_at_a_time, Fixture) {
  add(3, kNoon);
  BackupOrder order{.now = kNoon};
  order.copy_others = [&](FileSystem&) -> Result<void> {
    SimulatedFileSystem second;
    SimulatedBackupTarget other(second);
    std::optional<Error> error;
    std::thread([&] {
      const auto refused = engine->back_up(other, {.now = kNoon}, {});
      if (!refused) error = refused.error();
    }).join();
    BOOST_REQUIRE(error);
    BOOST_TEST((error->code == ErrorCode::limit));
    return {};
  };
  back_up(order);
}

BOOST_FIXTURE_TEST_CASE(another_stores_backup_is_left_alone, Fixture) {
  add(30, kNoon);
  back_up();
  const std::vector<std::string> kept = restored(copies);
  Fixture other;
  other.add(7, kNoon + kNsPerHour);
  const auto refused = other.engine->back_up(target, {.now = kNoon}, {});
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code == ErrorCode::invalid));
  BOOST_TEST(refused.error().message.find("another store") != std::string::npos);
  BOOST_TEST(restored(copies) == kept, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_full_target_keeps_the_earlier_one, Fixture) {
  add(30, kNoon);
  back_up();
  const std::vector<std::string> kept = restored(copies);
  add(3'000, kNoon + kNsPerSecond);
  std::uint64_t used = 0;
  for (const std::string& path : copies.paths()) used += copies.contents(path).size();
  for (const std::uint64_t room : {100U, 5'000U}) {
    copies.set_capacity(used + room);
    const auto refused = engine->back_up(target, {.now = kNoon}, {});
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code == ErrorCode::no_space));
    BOOST_TEST(restored(copies) == kept, boost::test_tools::per_element());
  }
  copies.set_capacity(std::uint64_t{1} << 40);
  back_up();
  BOOST_TEST(restored(copies) == answers_of(*engine), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(it_can_be_stopped, Fixture) {
  add(30, kNoon);
  const Budget stopped([] { return Result<void>(Error{ErrorCode::cancelled, "gone"}); });
  const auto backup = engine->back_up(target, {.now = kNoon}, stopped);
  BOOST_REQUIRE(!backup);
  BOOST_TEST((backup.error().code == ErrorCode::cancelled));
  BOOST_TEST(!is_store(copies));
  back_up();
}

BOOST_FIXTURE_TEST_CASE(what_was_erased_before_stays_erased, Fixture) {
  add(30, kNoon);
  ErasureOrder order;
  Predicate& account = order.predicates.emplace_back();
  account.subject = Predicate::Subject::field;
  account.field = TextField::account;
  account.patterns = {TextPattern{{std::string("A")}}};
  order.by = "a test";
  order.filter = "account";
  BOOST_REQUIRE(engine->erase(order, {}, now));
  const std::vector<std::string> then = answers_of(*engine);
  back_up();
  BOOST_TEST(restored(copies) == then, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
