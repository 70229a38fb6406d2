// Backups and crashes: before each operation on the files of a backup, its host loses power. What
// is left is the earlier backup or the new one, whole; at the first one, also a directory that is
// recognised as none.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "storage/repair.h"
#include "tests/faults/life.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_backup_target.h"

using namespace fortnight;
using namespace fortnight::storage;
using namespace fortnight::faults;

BOOST_AUTO_TEST_SUITE(backup_faults)

namespace {

// All calls are kept.
EngineOptions backed_up_options() {
  EngineOptions options = life_options();
  options.retention_days = 14;
  options.max_bytes = 0;
  return options;
}

struct BackedUpStore {
  SimulatedFileSystem files;
  std::unique_ptr<Engine> engine = Engine::open(files, backed_up_options(), kLifeBegins).value();
  TimeNs now = kLifeBegins;
  std::size_t sent = 0;

  // Calls of the last hours, some of which are merged and sealed.
  void live() {
    for (int step = 0; step < 6; ++step) {
      now += 5 * kNsPerHour;
      Append append;
      for (int i = 0; i < 4; ++i, ++sent) {
        samples::add_sample(append.batch, {.ts = now + i, .call_id = "c" + std::to_string(sent)});
      }
      BOOST_REQUIRE(engine->append(std::move(append), now));
      BOOST_REQUIRE(engine->sync());
      if (step % 2 == 0) BOOST_REQUIRE(maintain_until_idle(*engine, now));
    }
  }
};

// The number of calls of the store in `image`; nothing if it isn't one.
std::optional<std::size_t> calls_in(SimulatedFileSystem& image, TimeNs now) {
  if (!is_store(image)) return std::nullopt;
  const auto verified = verify_store(image, [] {});
  BOOST_REQUIRE_MESSAGE(verified, (verified ? "" : verified.error().message));
  for (const Problem& problem : verified->problems)
    BOOST_ERROR(problem.where + ": " + problem.what);
  const auto engine = Engine::open(image, backed_up_options(), now);
  BOOST_REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().message));
  for (const std::string& warning : (*engine)->start_warnings()) BOOST_ERROR(warning);
  std::set<std::string> ids;
  CallQuery query;
  query.limit = 1'000'000;
  const auto scanned = (*engine)->scan(query, {}, [&](CallRecord&& call) {
    BOOST_REQUIRE(ids.insert(call.field(TextField::call_id)).second);
    return true;
  });
  BOOST_REQUIRE(scanned);
  BOOST_TEST(scanned->completeness.complete);
  return ids.size();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_crash_leaves_the_earlier_backup_or_the_new_one) {
  BackedUpStore store;
  SimulatedFileSystem copies;
  SimulatedBackupTarget target(copies);
  std::uint64_t points = 0;
  std::optional<std::size_t> earlier;
  std::set<std::optional<std::size_t>> seen;
  for (int backup = 0; backup < 3; ++backup) {
    store.live();
    seen.clear();
    copies.before_each([&](std::uint64_t number, Operation operation, const std::string& path) {
      const bool changes = operation != Operation::read && operation != Operation::list &&
                           operation != Operation::free_bytes && operation != Operation::open;
      if (!changes || number % tests::stride(1U) != 0) return std::optional<Fault>();
      for (const Loss loss : {Loss::none, Loss::everything, Loss::random}) {
        BOOST_TEST_CONTEXT("before operation " << number << " on " << path) {
          const auto calls = calls_in(*copies.crashed(loss, number), store.now);
          BOOST_TEST((calls == earlier || calls == store.sent));
          seen.insert(calls);
        }
        ++points;
      }
      return std::optional<Fault>();
    });
    const auto done = store.engine->back_up(target, {.now = store.now}, {});
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
    copies.before_each({});
    BOOST_TEST(seen.size() == 2U);
    earlier = store.sent;
    const auto calls = calls_in(*copies.crashed(Loss::everything, 1), store.now);
    BOOST_TEST((calls == earlier));
  }
  BOOST_TEST_MESSAGE("crash points of backups: " << points);
  BOOST_TEST(points > tests::rounds(200U));
}

BOOST_AUTO_TEST_CASE(a_failing_operation_leaves_the_earlier_backup_and_the_store) {
  BackedUpStore store;
  SimulatedFileSystem copies;
  SimulatedBackupTarget target(copies);
  store.live();
  BOOST_REQUIRE(store.engine->back_up(target, {.now = store.now}, {}));
  const std::size_t earlier = store.sent;
  store.live();
  std::uint64_t failed = 0;
  for (std::uint64_t at = 1;; ++at) {
    const std::uint64_t begin = copies.operations();
    copies.before_each([&](std::uint64_t number, Operation, const std::string&) {
      return number == begin + at ? std::optional(Fault{}) : std::nullopt;
    });
    const auto done = store.engine->back_up(target, {.now = store.now}, {});
    copies.before_each({});
    const auto calls = calls_in(*copies.crashed(Loss::everything, at), store.now);
    BOOST_TEST((calls == earlier || calls == store.sent));
    if (!done) ++failed;
    if (done) BOOST_TEST((calls == store.sent));
    if (begin + at > copies.operations()) break;
  }
  BOOST_TEST(failed > 10U);
  // The store takes calls, and replaces files, as before.
  store.live();
  BOOST_REQUIRE(store.engine->back_up(target, {.now = store.now}, {}));
  const auto calls = calls_in(copies, store.now);
  BOOST_TEST((calls == store.sent));
}

BOOST_AUTO_TEST_CASE(a_crash_of_the_store_in_a_backup_leaves_both) {
  BackedUpStore store;
  SimulatedFileSystem copies;
  SimulatedBackupTarget target(copies);
  store.live();
  BOOST_REQUIRE(store.engine->back_up(target, {.now = store.now}, {}));
  const std::size_t earlier = store.sent;
  store.live();
  // Upkeep replaces files that the backup holds; then the process ends.
  std::unique_ptr<SimulatedFileSystem> crashed;
  std::unique_ptr<SimulatedFileSystem> crashed_copies;
  BackupOrder order{.now = store.now};
  order.copy_others = [&](FileSystem&) -> Result<void> {
    store.now += kNsPerDay;
    BOOST_REQUIRE(maintain_until_idle(*store.engine, store.now));
    crashed = store.files.crashed(Loss::random, 7);
    crashed_copies = copies.crashed(Loss::random, 7);
    return {};
  };
  BOOST_REQUIRE(store.engine->back_up(target, order, {}));
  BOOST_TEST((calls_in(*crashed_copies, store.now) == earlier));
  BOOST_TEST((calls_in(*crashed, store.now) == store.sent));
  // A start removes what the backup held.
  auto engine = Engine::open(*crashed, backed_up_options(), store.now);
  BOOST_REQUIRE(engine);
  BOOST_REQUIRE((*engine)->back_up(target, {.now = store.now}, {}));
  BOOST_TEST((calls_in(copies, store.now) == store.sent));
}

BOOST_AUTO_TEST_SUITE_END()
