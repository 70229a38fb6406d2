#include "daemon/reject_log.h"

#include <boost/test/unit_test.hpp>

#include "daemon/call_rate.h"
#include "daemon/log.h"

using namespace fortnight;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(reject_log)

namespace {

storage::Reject reject(const std::string& reason) { return {0, "s", reason, "detail", 5, "line"}; }

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_of_a_reason_is_logged_then_a_count_per_minute) {
  daemon::RejectLog log;
  daemon::RejectLog::Time now{};
  now += 1h;
  log.note(reject("not-json"), now);
  BOOST_TEST(log.report("s", now + 59s) == 0U);
  for (int i = 0; i < 3; ++i) log.note(reject("not-json"), now + 1s);
  log.note(reject("no-time"), now + 1s);  // the first of its reason
  log.note(reject("no-time"), now + 2s);
  BOOST_TEST(log.report("s", now + 59s) == 0U);
  BOOST_TEST(log.report("s", now + 60s) == 4U);
  BOOST_TEST(log.report("s", now + 300s) == 0U);
  log.note(reject("no-time"), now + 301s);
  BOOST_TEST(log.report("s", now + 301s) == 1U);
  log.begin_anew();
  log.note(reject("no-time"), now + 302s);
  BOOST_TEST(log.report("s", now + 500s) == 0U);
}

BOOST_AUTO_TEST_CASE(each_power_of_ten_is_logged) {
  daemon::RejectLog log;
  const daemon::RejectLog::Time now{};
  for (const std::uint64_t next : {10U, 100U, 1000U}) {
    while (log.lines() + 1 < next) log.note(reject("not-json"), now);
    BOOST_TEST(log.next() == next);
    log.note(reject("no-time"), now);
    BOOST_TEST(log.lines() == next);
    BOOST_TEST(log.next() == next * 10);
  }
  log.begin_anew();
  BOOST_TEST(log.next() == 10U);
}

BOOST_AUTO_TEST_CASE(a_line_cannot_forge_a_log_line) {
  BOOST_TEST(
      daemon::format_log("m", {{"detail", std::string("a\nlevel=error\x1b[2J\u202e\x9b")}}) ==
      "msg=\"m\" detail=\"a\\x0alevel=error\\x1b[2J\\u202e\\x9b\"");
  BOOST_TEST(daemon::format_log("m", {{"a", "plain"}, {"b", "q\"\\"}, {"c", ""}}) ==
             "msg=\"m\" a=plain b=\"q\\\"\\\\\" c=\"\"");
}

BOOST_AUTO_TEST_CASE(a_rate_is_of_the_last_minute) {
  daemon::CallRate rate;
  daemon::CallRate::Time now{};
  BOOST_TEST(rate.per_second() == 0);
  std::uint64_t calls = 0;
  for (int second = 0; second <= 300; second += 5) {
    rate.note(calls, now + std::chrono::seconds(second));
    calls += second < 200 ? 500 : 50;
  }
  BOOST_TEST(rate.per_second() == 10.0, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
