// A merged file that no manifest names yet, because the daemon was killed just before, while a part
// that it was merged from is missing.
#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <memory>
#include <set>
#include <string>

#include "storage/engine.h"
#include "storage/repair.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::Loss;
using fortnight::faults::SimulatedFileSystem;

namespace {

constexpr Day kDay = 20'000;
constexpr TimeNs kNoon = day_start(kDay) + 12 * kNsPerHour;
constexpr TimeNs kTomorrow = kNoon + kNsPerDay;
constexpr std::size_t kCallsOfPart = 40;

std::unique_ptr<Engine> open(SimulatedFileSystem& files) {
  EngineOptions options;
  options.disk_reserve = 0;
  options.clock_hold = 0;
  return Engine::open(files, options, kTomorrow).value();
}

void add_part(Engine& engine, TimeNs first) {
  Append append;
  for (std::size_t i = 0; i < kCallsOfPart; ++i) {
    const TimeNs ts = first + static_cast<TimeNs>(i);
    samples::add_sample(append.batch, {.ts = ts, .call_id = std::to_string(ts)});
  }
  BOOST_REQUIRE(engine.append(std::move(append), kTomorrow));
  BOOST_REQUIRE(engine.sync());
  BOOST_REQUIRE(engine.flush());
}

std::set<std::string> parts(const SimulatedFileSystem& files) {
  std::set<std::string> found;
  for (const std::string& path : files.paths()) {
    if (path.starts_with("parts/")) found.insert(path);
  }
  return found;
}

struct Found {
  std::size_t calls = 0;
  bool complete = false;
};

Found found_in(SimulatedFileSystem& files) {
  const auto engine = open(files);
  CallQuery all;
  all.limit = 1000;
  Found found;
  const auto summary = engine->scan(all, {}, [&](CallRecord&&) {
    ++found.calls;
    return true;
  });
  found.complete = summary.value().completeness.complete;
  return found;
}

// Two parts, of which the first is missing, and the segment of both.
std::unique_ptr<SimulatedFileSystem> killed_before_publishing() {
  SimulatedFileSystem files;
  const auto engine = open(files);
  add_part(*engine, kNoon);
  add_part(*engine, kNoon + kNsPerSecond);
  auto killed = files.crashed(Loss::none, 0);
  const std::set<std::string> before = parts(files);
  BOOST_REQUIRE(before.size() == 2U);
  while (tests::maintain(*engine, kTomorrow + kNsPerHour).value() <= kTomorrow + kNsPerHour) {
  }
  for (const std::string& path : parts(files)) {
    if (!before.contains(path)) killed->put(path, files.contents(path));
  }
  BOOST_REQUIRE(parts(*killed).size() == 3U);
  killed->erase(*before.begin());
  return killed;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stray_parts)

BOOST_AUTO_TEST_CASE(are_taken_in_also_after_a_repair) {
  for (const bool repaired : {false, true}) {
    const auto files = killed_before_publishing();
    if (repaired) BOOST_REQUIRE(repair_store(*files, {}));
    for (int start = 0; start < 2; ++start) {
      const Found found = found_in(*files);
      BOOST_TEST(found.calls == 2 * kCallsOfPart, repaired);
      BOOST_TEST(!found.complete);
    }
    BOOST_TEST(acknowledge_losses(*files).value().lost.size() == 1U);
    const Found found = found_in(*files);
    BOOST_TEST(found.calls == 2 * kCallsOfPart);
    BOOST_TEST(found.complete);
  }
}

BOOST_AUTO_TEST_SUITE_END()
