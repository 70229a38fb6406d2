#include "base/time.h"

#include <boost/test/unit_test.hpp>

namespace fortnight {
BOOST_AUTO_TEST_SUITE(time_of_days)

BOOST_AUTO_TEST_CASE(the_time_within_a_day) {
  for (const TimeNs time : {kMinTime, kMinTime + 1, TimeNs{-1}, TimeNs{0}, TimeNs{1}, kNsPerDay - 1,
                            kNsPerDay, kMaxTime}) {
    const TimeNs in_day = time_of_day(time);
    BOOST_TEST(in_day >= 0);
    BOOST_TEST(in_day < kNsPerDay);
    // A multiple of whole days remains, so both have the same rest.
    BOOST_TEST((time % kNsPerDay + kNsPerDay) % kNsPerDay == in_day);
    BOOST_TEST(quarter_of_day(time) == in_day / kNsPerQuarter);
  }
  BOOST_TEST(time_of_day(-1) == kNsPerDay - 1);
}

BOOST_AUTO_TEST_CASE(differences_end_at_the_range) {
  BOOST_TEST(saturating_difference(5, 7) == -2);
  BOOST_TEST(saturating_difference(kMaxTime, kMinTime) == kMaxTime);
  BOOST_TEST(saturating_difference(kMinTime, kMaxTime) == kMinTime);
  BOOST_TEST(saturating_difference(kMaxTime, -1) == kMaxTime);
  BOOST_TEST(saturating_difference(kMinTime, 1) == kMinTime);
  BOOST_TEST(saturating_difference(kMaxTime, 1) == kMaxTime - 1);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight
