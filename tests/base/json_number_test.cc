#include "base/json_number.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/number_text.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(json_number)

namespace {

std::string milliseconds(std::int64_t ns) {
  std::string out;
  append_milliseconds(ns, out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(only_json_numbers_are_parsed) {
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

BOOST_AUTO_TEST_CASE(numbers_are_ordered_to_their_last_digit) {
  // Ascending; numbers of the same row are equal.
  const std::vector<std::vector<const char*>> numbers = {
      {"-1e99999999999999999999"},
      {"-1e400"},
      {"-9007199254740993", "-9007199254740993.0", "-9.007199254740993e15"},
      {"-9007199254740992"},
      {"-1", "-1.0", "-10e-1", "-0.1E+1"},
      {"-1e-400"},
      {"0", "-0", "0.000", "0e7", "-0.0e-99999999999999999999"},
      {"1e-99999999999999999999"},
      {"1e-400"},
      {"0.1", "0.10", "1e-1", "0.01e1"},
      {"0.1000000000000000055511151231257827"},
      {"9"},
      {"10", "1e1", "100e-1"},
      {"10.000000000000000000000000000000001"},
      {"9007199254740992"},
      {"9007199254740993"},
      {"123456789012345678901234567890"},
      {"123456789012345678901234567891"},
      {"1e400"},
      {"1e401", "10e400"}};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = 0; j < numbers.size(); ++j) {
      for (const char* a : numbers[i]) {
        for (const char* b : numbers[j]) {
          BOOST_TEST((compare_numbers(a, b) == (i <=> j)), a << " and " << b);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(long_integers_are_ordered_as_integers) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const auto number = [&] {
      return static_cast<std::int64_t>(random() >> random() % 64) * (random() % 2 == 0 ? 1 : -1);
    };
    const std::int64_t a = number();
    const std::int64_t b = random() % 2 == 0 ? number() : a + static_cast<int>(random() % 3) - 1;
    BOOST_TEST_REQUIRE((compare_numbers(std::to_string(a), std::to_string(b)) == (a <=> b)));
  }
}

BOOST_AUTO_TEST_CASE(milliseconds_are_written_exactly) {
  BOOST_TEST(milliseconds(0) == "0");
  BOOST_TEST(milliseconds(7'900'000) == "7.9");
  BOOST_TEST(milliseconds(-1) == "-0.000001");
  BOOST_TEST(milliseconds(12'000'000'000) == "12000");
  BOOST_TEST(milliseconds(1'000'001) == "1.000001");
  BOOST_TEST(milliseconds(std::numeric_limits<std::int64_t>::min()) == "-9223372036854.775808");
}

BOOST_AUTO_TEST_SUITE_END()
