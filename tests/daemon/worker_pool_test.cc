#include "daemon/worker_pool.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "daemon/process.h"

namespace fortnight::daemon {
namespace {

struct Ran {
  int niceness = 0;
  std::thread::id thread;
};

Ran here() { return {::getpriority(PRIO_PROCESS, 0), std::this_thread::get_id()}; }

// Runs a task and waits for it.
Ran run(WorkerPool& pool, bool takes_long) {
  std::promise<Ran> ran;
  pool.post([&] {
    if (takes_long) WorkerPool::step_back();
    ran.set_value(here());
  });
  return ran.get_future().get();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(worker_pool)

BOOST_AUTO_TEST_CASE(what_takes_long_steps_back_and_what_comes_after_it_does_not) {
  const int usual = here().niceness;
  WorkerPool pool(8);
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(run(pool, false).niceness == usual);
    const int behind = run(pool, true).niceness;
    BOOST_TEST((behind > usual || usual >= 10));
    BOOST_TEST(behind >= usual);
  }
}

// A process that was started with the least priority is not given more.
BOOST_AUTO_TEST_CASE(priority_is_lowered_and_never_raised) {
  std::thread([] {
    lower_priority(19);
    lower_priority(10);
    BOOST_TEST(here().niceness == 19);
  }).join();
}

BOOST_AUTO_TEST_CASE(tasks_that_wait_get_the_place_of_a_thread_that_stepped_back) {
  std::atomic<int> done = 0;
  {
    WorkerPool pool(2);
    for (int i = 0; i < 200; ++i) {
      pool.post([&done, i] {
        if (i % 3 == 0) WorkerPool::step_back();
        ++done;
      });
    }
  }
  BOOST_TEST(done == 200);
}

BOOST_AUTO_TEST_CASE(no_more_threads_at_a_time_than_the_bound) {
  std::mutex mutex;
  std::set<std::thread::id> at_work;
  std::size_t most = 0;
  {
    WorkerPool pool(3);
    for (int i = 0; i < 100; ++i) {
      pool.post([&, i] {
        {
          const std::lock_guard lock(mutex);
          at_work.insert(std::this_thread::get_id());
          most = std::max(most, at_work.size());
        }
        if (i % 2 == 0) WorkerPool::step_back();
        std::this_thread::yield();
        const std::lock_guard lock(mutex);
        at_work.erase(std::this_thread::get_id());
      });
    }
  }
  BOOST_TEST(most <= 3U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
