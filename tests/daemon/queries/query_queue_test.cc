// Which queries get a thread: by peer, size and memory.
#include "daemon/queries/query_queue.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(query_queue)

namespace {

using std::chrono::milliseconds;
constexpr std::size_t kThreads = 16;
constexpr std::size_t kMostLarge = 12;
constexpr std::size_t kMostMedium = 2;  // beside so many large ones

struct Task final : QueryTask {
  explicit Task(std::string of, milliseconds computed = {}) {
    peer = std::move(of);
    busy = computed;
  }
  void run() override {}
  void end(query::RequestError) override {}
};

std::shared_ptr<Task> task(const std::string& peer, milliseconds busy = {}) {
  return std::make_shared<Task>(peer, busy);
}

}  // namespace

BOOST_AUTO_TEST_CASE(those_that_came_first_run_first) {
  QueryQueue queue(kThreads);
  const auto first = task("a");
  const auto second = task("a");
  queue.push(first);
  queue.push(second);
  BOOST_TEST((queue.pop() == first));
  BOOST_TEST((queue.pop() == second));
  BOOST_TEST((queue.pop() == nullptr));
  BOOST_TEST(queue.running() == 2U);
}

BOOST_AUTO_TEST_CASE(no_more_run_than_there_are_threads) {
  QueryQueue queue(kThreads);
  std::vector<std::shared_ptr<QueryTask>> running;
  for (std::size_t i = 0; i < kThreads + 1; ++i) queue.push(task("a"));
  while (auto next = queue.pop()) running.push_back(next);
  BOOST_TEST(running.size() == kThreads);
  queue.ended(*running.back());
  BOOST_TEST((queue.pop() != nullptr));
}

BOOST_AUTO_TEST_CASE(a_peer_with_many_leaves_the_next_thread_to_another) {
  QueryQueue queue(kThreads);
  for (int i = 0; i < 5; ++i) queue.push(task("many"));
  const auto one = task("one", milliseconds(500));
  BOOST_TEST(queue.pop()->peer == "many");
  queue.push(one);
  BOOST_TEST((queue.pop() == one));
}

BOOST_AUTO_TEST_CASE(large_ones_leave_threads_to_medium_ones_and_both_to_small_ones) {
  QueryQueue queue(kThreads);
  const auto popped_of = [&](milliseconds busy) {
    for (std::size_t i = 0; i < 2 * kThreads; ++i) queue.push(task("a", busy));
    std::size_t popped = 0;
    while (queue.pop() != nullptr) ++popped;
    return popped;
  };
  BOOST_TEST(popped_of(milliseconds(200)) == kMostLarge);
  BOOST_TEST(popped_of(milliseconds(20)) == kMostMedium);
  BOOST_TEST(popped_of(milliseconds(1)) == kThreads - kMostLarge - kMostMedium);
}

BOOST_AUTO_TEST_CASE(a_query_that_outgrows_its_size_waits_for_another_of_its_new_size) {
  QueryQueue queue(kThreads);
  std::vector<std::shared_ptr<QueryTask>> large;
  for (std::size_t i = 0; i < kMostLarge; ++i) queue.push(task("a", milliseconds(200)));
  while (auto next = queue.pop()) large.push_back(next);
  const auto growing = task("a");
  queue.push(growing);
  BOOST_TEST((queue.pop() == growing));
  BOOST_TEST(queue.grow(*growing, QuerySize::medium));
  BOOST_TEST(!queue.grow(*growing, QuerySize::large));  // it has to wait, without its thread
  growing->busy = milliseconds(150);
  queue.ended(*growing);
  queue.push(growing);
  BOOST_TEST((queue.pop() == nullptr));
  queue.ended(*large.front());
  BOOST_TEST((queue.pop() == growing));
}

BOOST_AUTO_TEST_CASE(of_large_ones_the_least_large_runs_first) {
  QueryQueue queue(kThreads);
  queue.push(task("a", milliseconds(5000)));
  const auto less = task("a", milliseconds(150));
  queue.push(less);
  BOOST_TEST((queue.pop() == less));
}

BOOST_AUTO_TEST_CASE(a_query_waits_for_the_reserve_without_delaying_others) {
  QueryQueue queue(kThreads);
  const auto needy = [&] {
    auto made = task("a");
    made->needs_reserve = true;
    return made;
  };
  const auto first = needy();
  const auto second = needy();
  const auto other = task("a");
  queue.push(first);
  queue.push(second);
  queue.push(other);
  BOOST_TEST((queue.pop() == first));
  BOOST_TEST((queue.pop() == other));
  BOOST_TEST((queue.pop() == nullptr));
  BOOST_TEST(
      (queue.take_overdue(std::chrono::steady_clock::now() - milliseconds(60'000)) == nullptr));
  queue.ended(*first);
  BOOST_TEST((queue.pop() == second));
  queue.ended(*second);
  queue.push(second);
  BOOST_TEST((queue.take_overdue(std::chrono::steady_clock::time_point::max()) == second));
  BOOST_TEST(queue.waiting() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
