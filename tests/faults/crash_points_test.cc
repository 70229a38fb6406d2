// Crashes at every point of a store's life and of the recovery from each. By default a sample of
// the points; with FORTNIGHT_ALL_CRASH_POINTS=1 in the environment all of them (minutes).
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/civil_time.h"
#include "storage/engine/rejects.h"
#include "storage/files/file_names.h"
#include "tests/faults/life.h"
#include "tests/faults/oracle.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/status_text.h"

using namespace fortnight;
using namespace fortnight::storage;
using namespace fortnight::faults;

BOOST_AUTO_TEST_SUITE(crash_points)

namespace {

bool all_points() { return std::getenv("FORTNIGHT_ALL_CRASH_POINTS") != nullptr; }

constexpr Loss kLosses[] = {Loss::none, Loss::everything, Loss::random};

struct Tried {
  std::uint64_t points = 0;
  std::uint64_t within_recovery = 0;
};

// Rejects aren't counted by the oracle: each existing file must be intact.
void check_rejects(SimulatedFileSystem& image, const std::string& where) {
  for (const std::string& path : image.paths()) {
    const auto name = FileName::parse(path);
    if (!name || name->kind != FileKind::rejects) continue;
    const auto rejects = read_rejects(image, path);
    BOOST_REQUIRE_MESSAGE(rejects, where << ": " << (rejects ? "" : rejects.error().message));
  }
}

// Opens the state after a crash, continues for a while, and checks the contents.
void check_image(SimulatedFileSystem& image, const Oracle& oracle, TimeNs now,
                 const std::string& where) {
  for (int start = 0; start < 2; ++start) {
    const auto engine = Engine::open(image, life_options(), now);
    BOOST_REQUIRE_MESSAGE(engine, where << ": " << (engine ? "" : engine.error().message));
    const std::string opened = oracle.check(**engine);
    BOOST_REQUIRE_MESSAGE(opened.empty(), where << ", opened: " << opened);
    check_rejects(image, where);
    const auto maintained = maintain_until_idle(**engine, now);
    BOOST_REQUIRE_MESSAGE(maintained, where << ": " << maintained.error().message);
    BOOST_REQUIRE((*engine)->flush());
    const std::string settled = oracle.check(**engine);
    BOOST_REQUIRE_MESSAGE(settled.empty(), where << ", settled: " << settled);
  }
}

// Opens the state after a crash, and crashes again at each operation of the recovery.
void crash_while_recovering(const SimulatedFileSystem& image, const Oracle& oracle, TimeNs now,
                            std::uint64_t every, const std::string& where, Tried& tried) {
  const auto files = image.crashed(Loss::none, 0);
  files->before_each([&](std::uint64_t number, Operation, const std::string&) {
    if (number % every != 0) return std::optional<Fault>();
    const auto again = files->crashed(Loss::random, number);
    check_image(*again, oracle, now, where + ", again at " + std::to_string(number));
    ++tried.within_recovery;
    return std::optional<Fault>();
  });
  const auto engine = Engine::open(*files, life_options(), now);
  BOOST_REQUIRE(engine);
  BOOST_REQUIRE(maintain_until_idle(**engine, now));
}

Tried crash_everywhere(std::uint64_t seed, LifeLength length, std::uint64_t every) {
  Tried tried;
  SimulatedFileSystem files;
  Oracle oracle(life_options().retention_days);
  TimeNs now = kLifeBegins;
  oracle.set_time(now);
  files.before_each([&](std::uint64_t number, Operation operation, const std::string& path) {
    const bool changes = operation != Operation::read && operation != Operation::list &&
                         operation != Operation::free_bytes && operation != Operation::open;
    if (!changes || number % every != seed % every) return std::optional<Fault>();
    for (const Loss loss : kLosses) {
      const std::string where = "seed " + std::to_string(seed) + ", before operation " +
                                std::to_string(number) + " (" + path + "), loss " +
                                std::to_string(static_cast<int>(loss));
      const auto image = files.crashed(loss, number);
      if (number % (29 * every) == seed % every && loss == Loss::random) {
        crash_while_recovering(*image, oracle, oracle.time(), all_points() ? 1 : 7, where, tried);
      }
      check_image(*image, oracle, oracle.time(), where);
      ++tried.points;
    }
    return std::optional<Fault>();
  });
  // The state after an operation is the state before the next one. It is tested again with other
  // losses, and at other operations if only a sample is tried.
  files.after_each([&](std::uint64_t number) {
    if (number % every != (seed + every / 2) % every) return;
    check_image(*files.crashed(Loss::random, ~number), oracle, oracle.time(),
                "seed " + std::to_string(seed) + ", after operation " + std::to_string(number));
    ++tried.points;
  });
  auto engine = Engine::open(files, life_options(), now);
  BOOST_REQUIRE(engine);
  BOOST_TEST(live(**engine, oracle, length, seed));
  BOOST_TEST(oracle.check(**engine) == "");
  // The life was complete: days were sealed and dropped, and there were late calls.
  const std::string status = tests::status_text(*(*engine), oracle.time());
  for (const char* missing : {"\"segments\":{\"files\":0", "\"late_rollups\":{\"files\":0"}) {
    BOOST_TEST(status.find(missing) == std::string::npos);
  }
  BOOST_TEST_INFO(status);
  BOOST_TEST(status.find("\"first_kept\":\"" + day_to_string(day_of(kLifeBegins) + 2)) !=
             std::string::npos);
  return tried;
}

// All operations of a life on its files, and the files after a crash in the middle.
std::vector<std::string> trace_of_a_life(std::uint64_t seed) {
  constexpr std::uint64_t kCrash = 1'000;  // full disks follow later
  std::vector<std::string> trace;
  SimulatedFileSystem files;
  Oracle oracle(life_options().retention_days);
  files.before_each([&](std::uint64_t number, Operation operation, const std::string& path) {
    trace.push_back(std::to_string(static_cast<int>(operation)) + " " + path);
    if (number == kCrash) {
      const auto image = files.crashed(Loss::random, seed);
      for (const std::string& left : image->paths()) trace.push_back(image->contents(left));
    }
    return number > kCrash && number % 97 == seed ? std::optional(Fault{ErrorCode::no_space, true})
                                                  : std::nullopt;
  });
  const auto engine = Engine::open(files, life_options(), kLifeBegins);
  BOOST_REQUIRE(engine);
  BOOST_TEST(live(**engine, oracle, {}, seed));
  BOOST_TEST(files.operations() > kCrash);
  return trace;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_seed_gives_the_same_life_and_the_same_crash_again) {
  BOOST_TEST((trace_of_a_life(3) == trace_of_a_life(3)));
  BOOST_TEST((trace_of_a_life(3) != trace_of_a_life(4)));
}

BOOST_AUTO_TEST_CASE(after_a_crash_anywhere_all_that_was_acknowledged_is_there_once) {
  Tried tried;
  const std::uint64_t every = all_points() ? 1 : fortnight::tests::stride(13U);
  for (const std::uint64_t seed : {1U, 2U}) {
    const Tried of_seed = crash_everywhere(seed, {}, every);
    tried.points += of_seed.points;
    tried.within_recovery += of_seed.within_recovery;
  }
  BOOST_TEST_MESSAGE("crash points tried: " << tried.points
                                            << ", within recovery: " << tried.within_recovery);
  BOOST_TEST(tried.points > fortnight::tests::rounds(1000U));
  // A sample twice: of the points, and within each recovery.
  BOOST_TEST(tried.within_recovery > fortnight::tests::rounds(fortnight::tests::rounds(200U)));
}

BOOST_AUTO_TEST_SUITE_END()
