#include "config/nearest_name.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace fortnight::config {
BOOST_AUTO_TEST_SUITE(nearest_name_)

namespace {

std::string nearest(std::string_view name) {
  const std::vector<std::string_view> known = {"account", "endpoint", "status", "duration_ms"};
  return std::string(nearest_name(name, known));
}

BOOST_AUTO_TEST_CASE(a_third_of_the_letters_may_be_wrong) {
  BOOST_TEST(nearest("acount") == "account");
  BOOST_TEST(nearest("endpiont") == "endpoint");
  BOOST_TEST(nearest("satuss") == "status");
  BOOST_TEST(nearest("zebra").empty());
  BOOST_TEST(nearest("").empty());
}

BOOST_AUTO_TEST_CASE(case_is_ignored) { BOOST_TEST(nearest("STATUS") == "status"); }

BOOST_AUTO_TEST_CASE(a_beginning_is_enough) {
  BOOST_TEST(nearest("dur") == "duration_ms");
  BOOST_TEST(nearest("Dur") == "duration_ms");
  BOOST_TEST(nearest("du").empty());
}

BOOST_AUTO_TEST_CASE(nothing_long_is_near) {
  BOOST_TEST(nearest(std::string(65, 'a')).empty());
  BOOST_TEST(nearest("account" + std::string(100'000, 't')).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::config
