#include "daemon/call_counters.h"

#include <boost/test/unit_test.hpp>

#include "tests/daemon/scripted_store.h"

namespace fortnight::daemon {
namespace call_counters {

struct Fixture {
  ScriptedStore store;
  CallCounters counters{2};

  void call(std::string_view endpoint, std::string_view method, std::int32_t status) {
    storage::Batch batch;
    storage::Call call;
    const auto set = [&](storage::TextField field, std::string_view value) {
      call.text[static_cast<std::size_t>(field)] = storage::append_value(batch.text, value);
    };
    set(storage::TextField::endpoint, endpoint);
    set(storage::TextField::method, method);
    call.status = status;
    batch.calls.push_back(call);
    counters.add(batch);
  }
  // "/a GET 0 2 0 0 0 0": the calls by class.
  std::vector<std::string> series() const {
    std::vector<std::string> lines;
    for (const CallCounters::Series& each : counters.series()) {
      std::string line = each.endpoint + " " + each.method;
      for (const std::uint64_t calls : each.calls) line += " " + std::to_string(calls);
      lines.push_back(std::move(line));
    }
    return lines;
  }
};

using Lines = std::vector<std::string>;

}  // namespace call_counters

BOOST_FIXTURE_TEST_SUITE(call_counters, call_counters::Fixture)

using call_counters::Lines;

BOOST_AUTO_TEST_CASE(calls_count_by_endpoint_method_and_class) {
  store.counts = {{"/a", 5}, {"/b", 9}, {"/c", 1}};
  counters.choose(store, 0);
  for (const int status : {101, 200, 299, 301, 404, 503, 599, 600, 999, storage::kNoStatus, 99}) {
    call("/a", "GET", status);
  }
  call("/b", "PURGE", 200);
  call("/c", "GET", 200);
  call("", "", 200);
  call("/b", "invented", 200);
  call("/b", "GET ", 500);
  const Lines expected = {"/a GET 1 2 1 1 2 4", "/b (other) 0 1 0 0 1 0", "/b PURGE 0 1 0 0 0 0",
                          "(other) (other) 0 1 0 0 0 0", "(other) GET 0 1 0 0 0 0"};
  BOOST_TEST(series() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(another_choice_keeps_the_counters_of_endpoints_that_stay) {
  store.counts = {{"/a", 2}, {"/b", 1}};
  counters.choose(store, 0);
  call("/a", "GET", 200);
  call("/b", "GET", 200);
  call("/c", "GET", 200);
  store.counts = {{"/a", 2}, {"/b", 1}, {"/c", 3}};
  counters.choose(store, 0);
  call("/a", "GET", 200);
  call("/b", "GET", 200);
  call("/c", "GET", 200);
  // Of `(other)`, nothing is taken away.
  const Lines expected = {"/a GET 0 2 0 0 0 0", "/c GET 0 1 0 0 0 0", "(other) GET 0 2 0 0 0 0"};
  BOOST_TEST(series() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_choice_is_not_repeated_at_once) {
  store.counts = {{"/a", 2}};
  counters.choose_if_due(store, 0);
  store.counts = {{"/a", 2}, {"/b", 1}};
  counters.choose_if_due(store, 0);
  call("/b", "GET", 200);
  const Lines expected = {"(other) GET 0 1 0 0 0 0"};
  BOOST_TEST(series() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_endpoint_of_that_name_is_not_confused_with_the_others) {
  store.counts = {{"(other)", 7}, {"", 8}, {"/a", 1}};
  counters.choose(store, 0);
  call("(other)", "GET", 200);
  call("/a", "GET", 200);
  const Lines expected = {"/a GET 0 1 0 0 0 0", "(other) GET 0 1 0 0 0 0"};
  BOOST_TEST(series() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
