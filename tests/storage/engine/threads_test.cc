// The engine with the daemon's threads: one appends, one flushes, one merges and seals, others
// read. Nothing is lost, repeated or miscounted at any moment. Also for ThreadSanitizer.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "storage/engine.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/effort.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(engine_threads)

namespace {

constexpr Day kToday = 20'000;
constexpr Day kDays = 3;
constexpr TimeNs kNow = day_start(kToday) + 12 * kNsPerHour;
constexpr int kAppends = fortnight::tests::rounds(4'000) / 4;
constexpr int kCallsOfAppend = 20;

Append append_of(int number) {
  Append append;
  for (int i = 0; i < kCallsOfAppend; ++i) {
    const TimeNs ts = day_start(kToday - number % kDays) + (number * kCallsOfAppend + i) * 1'000;
    samples::add_sample(append.batch, {.ts = ts, .call_id = std::to_string(ts)});
  }
  return append;
}

CountQuery all() {
  CountQuery query;
  query.edges = {day_start(kToday - kDays), day_start(kToday + 1)};
  return query;
}

std::uint64_t counted(const Engine& engine) {
  const CountAnswer answer = engine.count(all(), kNow, {}).value();
  return answer.groups.find("", 0).calls;
}

std::uint64_t scanned(const Engine& engine) {
  std::uint64_t calls = 0;
  CallQuery query;
  query.limit = kAppends * kCallsOfAppend + 1;
  const auto summary = engine.scan(query, {}, [&](CallRecord&&) { return ++calls > 0; });
  BOOST_REQUIRE(summary);
  return calls;
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_threads_of_a_daemon_at_once) {
  fortnight::faults::SimulatedFileSystem files;
  EngineOptions options;
  options.journal_file_bytes = 64U << 10;
  options.disk_reserve = 0;
  options.clock_hold = 0;
  options.flush_bytes = 16U << 10;
  options.seal_after = 0;
  options.merge_width = 2;
  options.merge_slice_blocks = 1;
  options.executor = std::make_shared<ThreadExecutor>();
  options.cache_bytes = 0;  // every count opens rollups again while they are merged
  const auto engine = Engine::open(files, options, kNow).value();

  std::atomic<bool> over = false;
  std::atomic<std::uint64_t> appended = 0;
  // Boost.Test's assertions aren't thread-safe.
  std::mutex failures_mutex;
  std::vector<std::string> failures;
  const auto check = [&](bool good, const char* what) {
    if (good) return;
    const std::lock_guard lock(failures_mutex);
    failures.emplace_back(what);
  };
  const auto until_over = [&](auto step) {
    return std::thread([&over, step] {
      while (!over) step();
    });
  };
  std::vector<std::thread> threads;
  threads.push_back(until_over([&] { check(engine->flush_if_due(kNow).has_value(), "flush"); }));
  threads.push_back(until_over([&] { check(engine->upkeep(kNow).has_value(), "upkeep"); }));
  threads.push_back(until_over([&] {
    const std::uint64_t before = appended;
    const std::uint64_t calls = counted(*engine);
    check(calls >= before && calls % kCallsOfAppend == 0, "count");
  }));
  threads.push_back(until_over([&] {
    const std::uint64_t before = appended;
    check(scanned(*engine) >= before, "scan");
  }));
  // Calls that no query counts: what is erased isn't in it.
  std::uint64_t erasures = 0;
  threads.push_back(until_over([&] {
    ErasureOrder order;
    Predicate& account = order.predicates.emplace_back();
    account.patterns = {TextPattern{{"nobody"}}};
    order.text = "nobody";
    order.now = ++erasures % 2 == 0;
    check(engine->erase(order, {}, kNow).has_value(), "erase");
    check(engine->certificates().has_value(), "certificates");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }));
  for (int number = 0; number < kAppends; ++number) {
    check(engine->append(append_of(number), kNow).has_value(), "append");
    check(engine->sync().has_value(), "sync");
    appended += kCallsOfAppend;
  }
  over = true;
  for (std::thread& thread : threads) thread.join();

  BOOST_TEST(failures.empty());
  for (const std::string& failure : failures) BOOST_TEST_MESSAGE(failure);
  BOOST_TEST(counted(*engine) == kAppends * kCallsOfAppend);
  BOOST_TEST(scanned(*engine) == kAppends * kCallsOfAppend);
}

// Without the notification it would wait for longer than the test's limit.
BOOST_AUTO_TEST_CASE(a_flush_wakes_threads_that_wait_for_room) {
  fortnight::faults::SimulatedFileSystem files;
  EngineOptions options;
  options.disk_reserve = 0;
  options.max_head_bytes = 64U << 10;
  const auto engine = Engine::open(files, options, kNow).value();
  int number = 0;
  const auto fill = [&] {
    auto appended = engine->append(append_of(number), kNow);
    for (; appended; appended = engine->append(append_of(number), kNow)) ++number;
    BOOST_TEST((appended.error().code == ErrorCode::limit));
  };
  fill();
  std::thread flush([&] { (void)engine->flush(); });
  engine->wait_for_room(std::chrono::hours(1));
  flush.join();
  fill();
  // A flush that ends before anything waits.
  BOOST_REQUIRE(engine->flush());
  engine->wait_for_room(std::chrono::hours(1));
  BOOST_TEST(engine->append(append_of(number), kNow).has_value());
}

// The merge would have what was erased. It belongs to another thread, which is writing it.
BOOST_AUTO_TEST_CASE(an_erasure_while_a_segment_is_written) {
  fortnight::faults::SimulatedFileSystem files;
  EngineOptions options;
  options.disk_reserve = 0;
  options.clock_hold = 0;
  options.seal_after = 0;
  const auto engine = Engine::open(files, options, kNow).value();
  constexpr int kFlushes = 6;
  for (int number = 0; number < kFlushes; ++number) {
    BOOST_REQUIRE(engine->append(append_of(number), kNow));
    BOOST_REQUIRE(engine->flush());
  }
  Predicate one;
  one.subject = Predicate::Subject::any_id;
  one.patterns = {{{std::to_string(day_start(kToday - 1) + kCallsOfAppend * 1'000)}}};
  int writes = 0;
  files.before_each([&](std::uint64_t, faults::Operation operation,
                        const std::string& path) -> std::optional<faults::Fault> {
    // The first write is that of the header, within a step that excludes others.
    if (operation != faults::Operation::write || !path.ends_with(".segment")) return std::nullopt;
    if (++writes != 2) return std::nullopt;
    std::thread([&] {
      ErasureOrder order;
      order.predicates = {one};
      order.now = true;
      const auto erased = engine->erase(order, {}, kNow);
      BOOST_REQUIRE(erased);
      BOOST_TEST(erased->erasure.calls() == 1U);
    }).join();
    return std::nullopt;
  });
  while (engine->upkeep(kNow).value() <= kNow) continue;
  BOOST_TEST(writes > 2);
  BOOST_TEST(scanned(*engine) == kFlushes * kCallsOfAppend - 1U);
}

BOOST_AUTO_TEST_SUITE_END()
