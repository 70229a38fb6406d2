#include "base/number_text.h"

#include <boost/test/unit_test.hpp>

namespace fortnight {
BOOST_AUTO_TEST_SUITE(number_text)

namespace {

BOOST_AUTO_TEST_CASE(numbers_are_grouped_for_people) {
  BOOST_TEST(with_commas(0) == "0");
  BOOST_TEST(with_commas(999) == "999");
  BOOST_TEST(with_commas(1'000) == "1,000");
  BOOST_TEST(with_commas(1'234'567) == "1,234,567");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight
