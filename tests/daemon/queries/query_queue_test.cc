// Which queries get a thread: by peer, size and memory.
#include "daemon/queries/query_queue.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(query_queue)

namespace {

using std::chrono::milliseconds;
constexpr std::size_t kThreads = 16;
constexpr std::size_t kMostLarge = 13;

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

// Every query is small at first, so one is large soon.
BOOST_AUTO_TEST_CASE(large_ones_leave_threads_to_small_ones) {
  QueryQueue queue(kThreads);
  for (std::size_t i = 0; i < 2 * kThreads; ++i) queue.push(task("a", milliseconds(10)));
  std::size_t large = 0;
  while (queue.pop() != nullptr) ++large;
  BOOST_TEST(large == kMostLarge);
  const auto small = task("a", milliseconds(1));
  queue.push(small);
  BOOST_TEST((queue.pop() == small));
  BOOST_TEST(!queue.make_large(*small));  // it has to wait, without its thread
  queue.ended(*small);
  BOOST_TEST((queue.pop() == nullptr));
}

// Otherwise new ones, which have computed less, would always be first.
BOOST_AUTO_TEST_CASE(of_large_ones_the_longest_waiting_runs_first) {
  QueryQueue queue(kThreads);
  const auto longest = task("a", milliseconds(5000));
  queue.push(longest);
  queue.push(task("a", milliseconds(150)));
  BOOST_TEST((queue.pop() == longest));
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

BOOST_AUTO_TEST_CASE(a_query_that_waits_too_long_is_refused_unless_its_answer_has_begun) {
  QueryQueue queue(kThreads);
  const auto begun = task("a");
  const auto waiting = task("a");
  waiting->may_be_refused = true;
  queue.push(begun);
  queue.push(waiting);
  BOOST_TEST(
      (queue.take_overdue(std::chrono::steady_clock::now() - milliseconds(60'000)) == nullptr));
  BOOST_TEST((queue.take_overdue(std::chrono::steady_clock::time_point::max()) == waiting));
  BOOST_TEST((queue.take_overdue(std::chrono::steady_clock::time_point::max()) == nullptr));
  BOOST_TEST((queue.pop() == begun));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
