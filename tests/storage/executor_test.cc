#include "storage/executor.h"

#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <thread>

#include "storage/part/part.h"
#include "tests/storage/sample_calls.h"
#include "tests/support/simulated_file_system.h"

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(executors)

namespace {

constexpr Day kDay = 20'000;

// Writes a part of several blocks.
std::string part_bytes(Executor* executor) {
  faults::SimulatedFileSystem files;
  Batch batch;
  for (int i = 0; i < 10'000; ++i) {
    samples::Sample sample;
    sample.ts = day_start(kDay) + i;
    sample.account = "account-" + std::to_string(i % 11);
    sample.call_id = "call-" + std::to_string(i);
    samples::add_sample(batch, sample);
    batch.calls.back().seq = static_cast<std::uint64_t>(i) + 1;
  }
  const auto writer =
      PartWriter::create(files, "part", kDay, Effort::fast, {}, {}, executor).value();
  for (const Call& call : batch.calls) writer->add(batch, call).value();
  writer->finish().value();
  return files.contents("part");
}

}  // namespace

BOOST_AUTO_TEST_CASE(work_has_ended_after_wait) {
  SynchronousExecutor synchronous;
  ThreadExecutor threads;
  for (Executor* executor : std::initializer_list<Executor*>{&synchronous, &threads}) {
    bool done = false;
    executor->start([&] { done = true; })->wait();
    BOOST_TEST(done);
  }
}

BOOST_AUTO_TEST_CASE(the_synchronous_one_uses_the_calling_thread) {
  std::thread::id used;
  SynchronousExecutor().start([&] { used = std::this_thread::get_id(); });
  BOOST_TEST((used == std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(wait_throws_what_the_work_threw) {
  ThreadExecutor executor;
  const auto task = executor.start([] { throw std::runtime_error("failed"); });
  BOOST_CHECK_THROW(task->wait(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_part_has_the_same_bytes_with_each_of_them) {
  const std::string expected = part_bytes(nullptr);
  SynchronousExecutor synchronous;
  ThreadExecutor threads;
  BOOST_TEST(!expected.empty());
  BOOST_TEST((part_bytes(&synchronous) == expected));
  BOOST_TEST((part_bytes(&threads) == expected));
}

BOOST_AUTO_TEST_SUITE_END()
