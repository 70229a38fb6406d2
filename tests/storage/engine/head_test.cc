#include <boost/test/unit_test.hpp>

#include "storage/engine.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;
using fortnight::faults::SimulatedFileSystem;

BOOST_AUTO_TEST_SUITE(head)

namespace {

constexpr TimeNs kNoon = day_start(20'000) + 12 * kNsPerHour;

void add_a_call(Engine& engine, int second) {
  Append append;
  samples::add_sample(append.batch, {.ts = kNoon + second * kNsPerSecond, .call_id = "c"});
  BOOST_REQUIRE(engine.append(std::move(append), kNoon));
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_large_head_is_reported_while_no_flush_runs) {
  SimulatedFileSystem files;
  EngineOptions options;
  options.flush_bytes = 8U << 10;
  const auto engine = Engine::open(files, options, kNoon).value();
  int told = 0;
  engine->when_flush_due([&] { ++told; });
  add_a_call(*engine, 0);
  BOOST_TEST(told == 0);
  int calls = 1;
  while (told == 0 && calls < 200) add_a_call(*engine, calls++);
  BOOST_TEST(told == 1);
  BOOST_REQUIRE(engine->flush_if_due(kNoon));
  add_a_call(*engine, calls);
  BOOST_TEST(told == 1);
}

BOOST_AUTO_TEST_SUITE_END()
