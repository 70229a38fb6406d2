#include "storage/base/json_number.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

using namespace fortnight::storage;

namespace {

std::string milliseconds(std::int64_t ns) {
  std::string out;
  append_milliseconds(ns, out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(json_number)

BOOST_AUTO_TEST_CASE(takes_json_numbers_and_nothing_else) {
  BOOST_TEST(number_of("0").value() == 0);
  BOOST_TEST(number_of("-0.5e1").value() == -5);
  BOOST_TEST(number_of("900719925474099.5").value() == 900719925474099.5);
  BOOST_TEST(std::isinf(number_of("1e400").value()));
  BOOST_TEST(number_of("-1e400").value() < 0);
  BOOST_TEST(number_of("1e-400").value() == 0);
  for (const char* text : {"", "-", ".5", "5.", "01", "+1", "1e", "1e+", "0x10", "inf", "nan", " 1",
                           "1 ", "1,000", "true"}) {
    BOOST_TEST(!number_of(text), text);
  }
}

BOOST_AUTO_TEST_CASE(writes_milliseconds_exactly) {
  BOOST_TEST(milliseconds(0) == "0");
  BOOST_TEST(milliseconds(7'900'000) == "7.9");
  BOOST_TEST(milliseconds(-1) == "-0.000001");
  BOOST_TEST(milliseconds(12'000'000'000) == "12000");
  BOOST_TEST(milliseconds(1'000'001) == "1.000001");
  BOOST_TEST(milliseconds(std::numeric_limits<std::int64_t>::min()) == "-9223372036854.775808");
}

BOOST_AUTO_TEST_SUITE_END()
