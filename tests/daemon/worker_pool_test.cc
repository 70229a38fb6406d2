#include "daemon/worker_pool.h"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "daemon/process.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(worker_pool)

namespace {

struct Ran {
  int niceness = 0;
  std::thread::id thread;
};

Ran here() { return {::getpriority(PRIO_PROCESS, 0), std::this_thread::get_id()}; }

bool may_regain_priority() {
  bool may = false;
  std::thread([&] {
    const int usual = here().niceness;
    lower_priority(10);
    may = restore_priority(usual);
  }).join();
  return may;
}

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

BOOST_AUTO_TEST_CASE(a_long_task_loses_priority_and_the_next_one_does_not) {
  const int usual = here().niceness;
  WorkerPool pool(64);  // more threads than tasks, so no task waits for a lowered one
  for (int i = 0; i < 20; ++i) {
    BOOST_TEST(run(pool, false).niceness == usual);
    const int behind = run(pool, true).niceness;
    BOOST_TEST((behind > usual || usual >= 10));
    BOOST_TEST(behind >= usual);
  }
}

BOOST_AUTO_TEST_CASE(with_all_threads_made_an_idle_one_goes_before_one_that_stepped_back) {
  constexpr int kTimes = 60;
  const int usual = here().niceness;
  int as_usual = 0;
  for (int i = 0; i < kTimes; ++i) {
    WorkerPool pool(2);
    std::promise<std::thread::id> stepped_back;
    std::promise<Ran> next;
    std::latch both_made(2);
    pool.post([&] { both_made.arrive_and_wait(); });
    pool.post([&] {
      both_made.arrive_and_wait();
      WorkerPool::step_back();
      // By now the other thread is idle, except on a very busy machine.
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      pool.post([&] { next.set_value(here()); });
      stepped_back.set_value(std::this_thread::get_id());
    });
    const Ran ran = next.get_future().get();
    const bool same = ran.thread == stepped_back.get_future().get();
    if (!same || ran.niceness == usual) ++as_usual;
  }
  BOOST_TEST(as_usual > kTimes / 2);
}

BOOST_AUTO_TEST_CASE(a_thread_gets_its_priority_back_where_it_may) {
  const int usual = here().niceness;
  const bool may = may_regain_priority();
  WorkerPool pool(1);
  const Ran behind = run(pool, true);
  const Ran after = run(pool, false);
  BOOST_TEST(after.niceness == (may ? usual : behind.niceness));
  BOOST_TEST((after.thread == behind.thread || !may));
}

// A thread inherits the priority of the one that starts it.
BOOST_AUTO_TEST_CASE(a_thread_that_one_behind_starts_is_not_behind_for_good) {
  const int usual = here().niceness;
  const bool may = may_regain_priority();
  WorkerPool pool(64);
  std::promise<Ran> first;
  std::promise<Ran> second;
  std::latch both_made(2);
  pool.post([&] {
    WorkerPool::step_back();
    pool.post([&] {
      second.set_value(here());
      both_made.count_down();
    });
    first.set_value(here());
    both_made.arrive_and_wait();
  });
  const Ran started = second.get_future().get();
  BOOST_TEST(started.niceness == (may ? usual : first.get_future().get().niceness));
  BOOST_TEST(run(pool, false).niceness == usual);
}

// A process that was started with the lowest priority keeps it.
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
