// I/O errors and full disks at call 1, 2, 3 and so on: once, and for good. Every call with
// FORTNIGHT_ALL_CRASH_POINTS=1 in the environment, a thinned set otherwise.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "tests/faults/life.h"
#include "tests/faults/oracle.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight::storage;
using namespace fortnight::faults;

namespace {

constexpr LifeLength kShortLife{3, 8};

enum class Lasts { once, for_a_while, for_good };
constexpr std::uint64_t kWhile = 40;
constexpr std::uint64_t kNever = 1ULL << 60;

struct Outcome {
  std::uint64_t operations = 0;
  bool failed = false;  // whether any operation was made to fail
};

bool fails_at(std::uint64_t number, std::uint64_t first, Lasts lasts) {
  if (lasts == Lasts::once) return number == first;
  if (lasts == Lasts::for_a_while) return number >= first && number < first + kWhile;
  return number >= first;
}

// A full disk takes nothing; it can still be read and made emptier.
bool takes_room(Operation operation) {
  return operation == Operation::write || operation == Operation::create ||
         operation == Operation::sync || operation == Operation::rename;
}

// Lives with the failure, then crashes, and opens what is there without it.
Outcome live_with(ErrorCode code, std::uint64_t first, Lasts lasts) {
  const std::string where = std::string(code == ErrorCode::io ? "EIO" : "ENOSPC") +
                            " from operation " + std::to_string(first) + ", kind " +
                            std::to_string(static_cast<int>(lasts));
  Outcome outcome;
  SimulatedFileSystem files;
  Oracle oracle(life_options().retention_days);
  oracle.set_time(kLifeBegins);
  bool healthy = false;
  files.before_each([&](std::uint64_t number, Operation operation, const std::string&) {
    const bool hit = !healthy && fails_at(number, first, lasts) &&
                     (code == ErrorCode::io || takes_room(operation));
    if (!hit) return std::optional<Fault>();
    outcome.failed = true;
    return std::optional(Fault{code, first % 2 == 0});
  });
  auto engine = Engine::open(files, life_options(), kLifeBegins);
  const bool lived = engine && live(**engine, oracle, kShortLife, 3);
  healthy = true;
  if (engine && lived) {
    const std::string running = oracle.check(**engine);
    BOOST_REQUIRE_MESSAGE(running.empty(), where << ", running: " << running);
    // A full disk is nothing to die of, and once there is room again all goes on.
    const auto synced = (*engine)->sync();
    BOOST_REQUIRE_MESSAGE(synced, where << ": " << synced.error().message);
    oracle.acknowledge();
  } else if (engine) {
    BOOST_REQUIRE_MESSAGE(code != ErrorCode::no_space, where << ": a full disk was fatal");
  }
  outcome.operations = files.operations();
  for (const Loss loss : {Loss::none, Loss::everything, Loss::random}) {
    const auto image = files.crashed(loss, first);
    const auto again = Engine::open(*image, life_options(), oracle.time());
    BOOST_REQUIRE_MESSAGE(again, where << ": " << again.error().message);
    const std::string opened = oracle.check(**again);
    BOOST_REQUIRE_MESSAGE(opened.empty(), where << ", opened: " << opened);
    BOOST_REQUIRE(maintain_until_idle(**again, oracle.time() + kNsPerHour));
    const std::string settled = oracle.check(**again);
    BOOST_REQUIRE_MESSAGE(settled.empty(), where << ", settled: " << settled);
  }
  return outcome;
}

void sweep(ErrorCode code, std::uint64_t step) {
  if (std::getenv("FORTNIGHT_ALL_CRASH_POINTS") != nullptr) step = 1;
  const std::uint64_t operations = live_with(code, kNever, Lasts::once).operations;
  for (const Lasts lasts : {Lasts::once, Lasts::for_a_while, Lasts::for_good}) {
    std::uint64_t failed = 0;
    for (std::uint64_t first = 1; first < operations; first += step) {
      if (live_with(code, first, lasts).failed) ++failed;
    }
    BOOST_TEST(failed > operations / step / 4);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_sweep)

BOOST_AUTO_TEST_CASE(an_io_error_at_any_call_loses_nothing_that_was_acknowledged) {
  sweep(ErrorCode::io, 53);
}

BOOST_AUTO_TEST_CASE(a_full_disk_at_any_call_loses_nothing_and_kills_nothing) {
  sweep(ErrorCode::no_space, 53);
}

BOOST_AUTO_TEST_SUITE_END()
