#include "daemon/background_throttle.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

using namespace fortnight::daemon;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(background_throttle)

namespace {

// Returns how long the work waited.
BackgroundThrottle::Clock::duration time_of(BackgroundThrottle& work) {
  const auto begin = BackgroundThrottle::Clock::now();
  work.pause();
  return BackgroundThrottle::Clock::now() - begin;
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_continues_once_no_query_computes) {
  ActiveQueries questions;
  BackgroundThrottle work(questions);
  std::this_thread::sleep_for(500ms);  // the maximum wait
  questions.begin();
  questions.begin();
  std::atomic<bool> ended = false;
  std::thread answering([&] {
    std::this_thread::sleep_for(10ms);
    questions.end();
    std::this_thread::sleep_for(10ms);
    ended = true;
    questions.end();
  });
  work.pause();
  BOOST_TEST(ended);
  answering.join();
  work.pause();
}

BOOST_AUTO_TEST_CASE(it_waits_no_longer_than_it_worked) {
  ActiveQueries questions;
  BackgroundThrottle work(questions);
  questions.begin();
  std::this_thread::sleep_for(30ms);
  BOOST_TEST((time_of(work) >= 30ms));
  // The credit for earlier work is used up.
  for (int i = 0; i < 100; ++i) work.pause();
  questions.end();
}

BOOST_AUTO_TEST_CASE(it_reports_whether_queries_compute) {
  ActiveQueries questions;
  BOOST_TEST(questions.wait_until_none(0ms));
  questions.begin();
  BOOST_TEST(!questions.wait_until_none(1ms));
  questions.end();
  BOOST_TEST(questions.wait_until_none(0ms));
}

BOOST_AUTO_TEST_SUITE_END()
