#include "intake/recent_calls.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <deque>
#include <random>
#include <string>

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(recent_calls)

BOOST_AUTO_TEST_CASE(calls_differ_by_source_account_and_id) {
  RecentCalls recent(10);
  BOOST_TEST(recent.add("s", "a", "1"));
  BOOST_TEST(!recent.add("s", "a", "1"));
  BOOST_TEST(recent.add("t", "a", "1"));
  BOOST_TEST(recent.add("s", "b", "1"));
  BOOST_TEST(recent.add("s", "", "a1"));
  BOOST_TEST(recent.add("sa", "", "1"));
  BOOST_TEST(recent.add("s", "a", ""));
  BOOST_TEST(recent.size() == 6U);
}

// The naive model keeps the IDs themselves, in the order in which they came.
BOOST_AUTO_TEST_CASE(the_last_ones_are_known_as_in_a_queue) {
  std::mt19937 random(5);
  for (const std::size_t most : {1U, 2U, 7U, 100U, 1000U}) {
    RecentCalls recent(most);
    std::deque<std::string> model;
    for (int i = 0; i < 20'000; ++i) {
      const std::string id = std::to_string(random() % (most * 3));
      const bool known = std::find(model.begin(), model.end(), id) != model.end();
      BOOST_TEST_REQUIRE(recent.add("s", "a", id) == !known, "round " << i << " of " << most);
      if (!known) model.push_back(id);
      if (model.size() > most) model.pop_front();
      BOOST_TEST_REQUIRE(recent.size() == model.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(reversed_the_first_ones_are_the_newest) {
  for (const int added : {0, 1, 3, 4}) {
    RecentCalls recent(4);
    for (int i = 0; i < added; ++i) recent.add("s", "", std::to_string(i));
    recent.reverse();
    for (int i = 0; i < added; ++i) BOOST_TEST(!recent.add("s", "", std::to_string(i)));
    // Each further one makes room by the oldest that is left: the one that was added last.
    for (int i = 0; i < 4 - added; ++i) BOOST_TEST(recent.add("s", "", "free" + std::to_string(i)));
    for (int i = added; i-- > 0;) {
      BOOST_TEST(recent.add("s", "", "new" + std::to_string(i)));
      for (int j = 0; j < i; ++j) BOOST_TEST(!recent.add("s", "", std::to_string(j)));
    }
    BOOST_TEST(recent.add("s", "", "0"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::intake
