// The order of turns.
#include "daemon/queries/turns.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <mutex>
#include <thread>
#include <vector>

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(turns)

namespace {

using std::chrono::milliseconds;

struct Waiters {
  ~Waiters() {
    for (std::thread& thread : threads) thread.join();
  }
  // Takes a turn, records the name and returns the turn.
  void add(const std::string& name, const std::string& peer, Turns::Duration busy) {
    threads.emplace_back([this, name, peer, busy] {
      turns.take(peer, busy);
      {
        const std::lock_guard lock(mutex);
        order.push_back(name);
      }
      turns.give_back(peer);
    });
    // Each one arrives after the one before.
    std::this_thread::sleep_for(milliseconds(50));
  }
  std::vector<std::string> order_once_all_had_one() {
    for (std::thread& thread : threads) thread.join();
    threads.clear();
    return order;
  }

  Turns turns{1};
  std::mutex mutex;
  std::vector<std::string> order;
  std::vector<std::thread> threads;
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_query_that_has_computed_least_is_next) {
  Waiters waiters;
  waiters.turns.take("a", {});
  waiters.add("large", "a", milliseconds(10'000));
  waiters.add("medium", "a", milliseconds(100));
  waiters.add("small", "a", milliseconds(0));
  waiters.add("as small", "a", milliseconds(1));
  BOOST_TEST(waiters.turns.wanted());
  waiters.turns.give_back("a");
  const std::vector<std::string> expected = {"small", "as small", "medium", "large"};
  BOOST_TEST(waiters.order_once_all_had_one() == expected, boost::test_tools::per_element());
  BOOST_TEST(!waiters.turns.wanted());
}

BOOST_AUTO_TEST_CASE(a_peer_without_a_turn_goes_before_one_that_has_one) {
  Turns turns(2);
  turns.take("many", {});
  turns.take("many", {});
  std::vector<std::string> order;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (const std::string peer : {"many", "one"}) {
    threads.emplace_back([&, peer] {
      turns.take(peer, milliseconds(peer == "one" ? 10'000 : 0));
      const std::lock_guard lock(mutex);
      order.push_back(peer);
    });
    std::this_thread::sleep_for(milliseconds(50));
  }
  turns.give_back("many");
  while (true) {
    const std::lock_guard lock(mutex);
    if (!order.empty()) break;
  }
  turns.give_back("many");
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(order.front() == "one");
  turns.give_back("many");
  turns.give_back("one");
}

// The large query gets turns even while many small ones arrive.
BOOST_AUTO_TEST_CASE(the_longest_waiting_has_a_turn_now_and_then) {
  Waiters waiters;
  waiters.turns.take("a", {});
  waiters.add("large", "a", milliseconds(10'000));
  for (int i = 0; i < 20; ++i) waiters.add("small", "a", milliseconds(0));
  waiters.turns.give_back("a");
  const std::vector<std::string> order = waiters.order_once_all_had_one();
  const auto before = std::distance(order.begin(), std::find(order.begin(), order.end(), "large"));
  BOOST_TEST(before < 10);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
