// I/O errors, full disks, interruptions and short counts at operation 1, 2, 3 and so on: once, for
// a while, and permanently. Every operation with FORTNIGHT_ALL_CRASH_POINTS=1 in the environment,
// otherwise a sample.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <initializer_list>
#include <string>

#include "tests/faults/life.h"
#include "tests/faults/oracle.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using namespace fortnight::faults;

BOOST_AUTO_TEST_SUITE(fault_sweep)

namespace {

constexpr LifeLength kShortLife{3, 8};

enum class Lasts { once, for_a_while, for_good };
constexpr std::uint64_t kWhile = 40;
constexpr std::uint64_t kNever = 1ULL << 60;

struct Outcome {
  std::uint64_t operations = 0;
  bool failed = false;  // whether any operation failed
};

bool fails_at(std::uint64_t number, std::uint64_t first, Lasts lasts) {
  if (lasts == Lasts::once) return number == first;
  if (lasts == Lasts::for_a_while) return number >= first && number < first + kWhile;
  return number >= first;
}

// A full disk rejects these operations; reads and removals still work.
bool takes_room(Operation operation) {
  return operation == Operation::write || operation == Operation::create ||
         operation == Operation::sync || operation == Operation::rename;
}

// The permitted effect: only an I/O error may end the store.
struct Kind {
  const char* name;
  Fault fault;
  bool may_end = false;
};
constexpr Kind kIoError{"EIO", {ErrorCode::io}, true};
constexpr Kind kNoSpace{"ENOSPC", {ErrorCode::no_space}};
constexpr Kind kInterrupted{"EINTR", {ErrorCode::io, false, Effect::interrupts}};
constexpr Kind kCutShort{"a short count", {ErrorCode::io, false, Effect::cuts_short}};

// Runs a life with the failure, then crashes, and opens the store without the failure.
Outcome live_with(const Kind& kind, std::uint64_t first, Lasts lasts) {
  const std::string where = std::string(kind.name) + " from operation " + std::to_string(first) +
                            ", kind " + std::to_string(static_cast<int>(lasts));
  Outcome outcome;
  SimulatedFileSystem files;
  Oracle oracle(life_options().retention_days);
  oracle.set_time(kLifeBegins);
  bool healthy = false;
  files.before_each([&](std::uint64_t number, Operation operation, const std::string&) {
    const bool hit = !healthy && fails_at(number, first, lasts) &&
                     (kind.fault.code != ErrorCode::no_space || takes_room(operation));
    if (!hit) return std::optional<Fault>();
    outcome.failed = true;
    Fault fault = kind.fault;
    fault.partly_done = first % 2 == 0;
    return std::optional(fault);
  });
  auto engine = Engine::open(files, life_options(), kLifeBegins);
  const bool lived = engine && live(**engine, oracle, kShortLife, 3);
  healthy = true;
  if (engine && lived) {
    const std::string running = oracle.check(**engine);
    BOOST_REQUIRE_MESSAGE(running.empty(), where << ", running: " << running);
    // A full disk is not fatal: once there is room, the store continues.
    const auto synced = (*engine)->sync();
    BOOST_REQUIRE_MESSAGE(synced, where << ": " << synced.error().message);
    oracle.acknowledge();
  } else if (engine) {
    BOOST_REQUIRE_MESSAGE(kind.may_end, where << " was fatal");
  }
  BOOST_REQUIRE_MESSAGE(files.syncs_after_a_failure() == 0, where << ": a failed sync was retried");
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

// Opens a store with one failure, continues, and opens it again without the failure: nothing may be
// lost.
std::uint64_t start_with_a_failure(const SimulatedFileSystem& image, const Oracle& oracle,
                                   const Kind& kind, std::uint64_t at) {
  const std::string where =
      std::string(kind.name) + " at operation " + std::to_string(at) + " of a start";
  const auto files = image.crashed(Loss::none, 0);
  files->before_each([&](std::uint64_t number, Operation operation, const std::string&) {
    const bool hit =
        number == at && (kind.fault.code != ErrorCode::no_space || takes_room(operation));
    return hit ? std::optional(kind.fault) : std::nullopt;
  });
  {
    const auto engine = Engine::open(*files, life_options(), oracle.time());
    BOOST_REQUIRE_MESSAGE(engine || kind.may_end || kind.fault.code == ErrorCode::no_space,
                          where << " was fatal");
    if (engine) (void)maintain_until_idle(**engine, oracle.time());
  }
  const std::uint64_t operations = files->operations();
  files->before_each({});
  const auto again = Engine::open(*files, life_options(), oracle.time());
  BOOST_REQUIRE_MESSAGE(again, where << ": " << again.error().message);
  const std::string opened = oracle.check(**again);
  BOOST_REQUIRE_MESSAGE(opened.empty(), where << ", opened again: " << opened);
  return operations;
}

void sweep_starts(const Kind& kind, std::uint64_t step) {
  if (std::getenv("FORTNIGHT_ALL_CRASH_POINTS") != nullptr) step = 1;
  SimulatedFileSystem files;
  Oracle oracle(life_options().retention_days);
  const auto engine = Engine::open(files, life_options(), kLifeBegins);
  BOOST_REQUIRE(engine);
  BOOST_REQUIRE(live(**engine, oracle, kShortLife, 3));
  std::uint64_t tried = 0;
  for (std::uint64_t at = 1;; at += step) {
    const std::uint64_t operations = start_with_a_failure(files, oracle, kind, at);
    ++tried;
    if (at > operations) break;
  }
  BOOST_TEST_MESSAGE(kind.name << " at a start: " << tried << " operations tried");
  BOOST_TEST(tried > fortnight::tests::rounds(20U));
}

void sweep(const Kind& kind, std::uint64_t step, std::initializer_list<Lasts> all_lasts) {
  if (std::getenv("FORTNIGHT_ALL_CRASH_POINTS") != nullptr) step = 1;
  const std::uint64_t operations = live_with(kind, kNever, Lasts::once).operations;
  for (const Lasts lasts : all_lasts) {
    std::uint64_t tried = 0;
    std::uint64_t failed = 0;
    for (std::uint64_t first = 1; first < operations; first += step) {
      if (live_with(kind, first, lasts).failed) ++failed;
      ++tried;
    }
    BOOST_TEST_MESSAGE(kind.name << ", kind " << static_cast<int>(lasts) << ": " << tried
                                 << " operations tried, " << failed << " of them failed");
    BOOST_TEST(failed > tried / 4);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_io_error_at_any_call_loses_nothing_that_was_acknowledged) {
  sweep(kIoError, fortnight::tests::stride(53U),
        {Lasts::once, Lasts::for_a_while, Lasts::for_good});
}

BOOST_AUTO_TEST_CASE(a_full_disk_at_any_call_loses_nothing_and_kills_nothing) {
  sweep(kNoSpace, fortnight::tests::stride(53U),
        {Lasts::once, Lasts::for_a_while, Lasts::for_good});
}

BOOST_AUTO_TEST_CASE(a_failure_at_any_call_of_a_start_gives_nothing_up) {
  for (const Kind& kind : {kIoError, kNoSpace, kInterrupted, kCutShort}) {
    sweep_starts(kind, fortnight::tests::stride(1U));
  }
}

// Operations that are always interrupted never end, so there is no permanent case.
BOOST_AUTO_TEST_CASE(an_interruption_at_any_call_is_nothing) {
  sweep(kInterrupted, fortnight::tests::stride(211U), {Lasts::once, Lasts::for_a_while});
}

BOOST_AUTO_TEST_CASE(short_counts_of_any_call_are_nothing) {
  sweep(kCutShort, fortnight::tests::stride(211U), {Lasts::once, Lasts::for_good});
}

BOOST_AUTO_TEST_SUITE_END()
