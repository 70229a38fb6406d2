#include "daemon/late_log.h"

#include <boost/test/unit_test.hpp>
#include <vector>

namespace fortnight::daemon {

BOOST_AUTO_TEST_SUITE(late_log)

BOOST_AUTO_TEST_CASE(the_first_is_logged_at_once_then_a_count_per_minute) {
  std::vector<storage::LateCalls> written;
  LateLog log([&](const storage::LateCalls& late) { written.push_back(late); });
  LateLog::Time now{};
  log.tick(now);
  BOOST_TEST(written.empty());
  log.add({3, 700, 20}, now);
  BOOST_REQUIRE(written.size() == 1U);
  BOOST_TEST(written[0].calls == 3U);
  for (int i = 0; i < 59; ++i) {
    now += std::chrono::seconds(1);
    log.add({2, 500 + i, 21}, now);
    log.tick(now);
  }
  BOOST_TEST(written.size() == 1U);
  now += std::chrono::seconds(1);
  log.tick(now);
  BOOST_REQUIRE(written.size() == 2U);
  BOOST_TEST(written[1].calls == 118U);
  BOOST_TEST(written[1].oldest == 500);
  BOOST_TEST(written[1].kept_from == 21);
  // After a quiet period, the next late call is logged at once.
  now += std::chrono::hours(1);
  log.tick(now);
  BOOST_TEST(written.size() == 2U);
  log.add({1, 1, 1}, now);
  BOOST_TEST(written.size() == 3U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
