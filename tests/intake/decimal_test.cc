#include "intake/decimal.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>
#include <string>

#include "tests/support/effort.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(decimal)

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> nearest(const std::string& text, int power) {
  const auto scaled = scale_decimal(text, power, Rounding::nearest);
  return scaled ? std::optional(scaled->value) : std::nullopt;
}

BOOST_AUTO_TEST_CASE(scales_exactly) {
  BOOST_TEST(nearest("7.9", 6).value() == 7'900'000);
  BOOST_TEST(nearest("0.1", 9).value() == 100'000'000);
  BOOST_TEST(nearest("-0.1", 9).value() == -100'000'000);
  BOOST_TEST(nearest("0.000000000000000001", 18).value() == 1);
  BOOST_TEST(nearest("123456789012345678e-18", 18).value() == 123'456'789'012'345'678);
  BOOST_TEST(nearest("1e3", 0).value() == 1000);
  BOOST_TEST(nearest("1E+3", -3).value() == 1);
  BOOST_TEST(nearest("1.5", 0).value() == 2);
  BOOST_TEST(nearest("1.4999", 0).value() == 1);
  BOOST_TEST(nearest("0.5", 0).value() == 1);
  BOOST_TEST(nearest("0.05", 0).value() == 0);
  BOOST_TEST(nearest("5e-2", 0).value() == 0);
  BOOST_TEST(nearest("-0", 9).value() == 0);
  BOOST_TEST(nearest("0e999999999999", 9).value() == 0);
  BOOST_TEST(nearest("1e-999999999999", 9).value() == 0);
  BOOST_TEST(nearest("9223372036854775807", 0).value() == kMost);
  BOOST_TEST(nearest("0." + std::string(100'000, '0') + "1e100001", 0).value() == 1);
  BOOST_TEST(scale_decimal("1.9", 0, Rounding::down).value().value == 1);
}

// An exponent of 0 doesn't change the value, but avoids the fast path.
BOOST_AUTO_TEST_CASE(plain_decimals_scale_as_those_with_an_exponent) {
  std::mt19937_64 random(5);
  for (int i = 0; i < tests::rounds(20'000); ++i) {
    std::string text;
    for (auto digits = random() % 20; digits > 0; --digits) {
      text += random() % 8 == 0 ? '.' : static_cast<char>('0' + random() % 10);
    }
    const int power = static_cast<int>(random() % 13) - 3;
    for (const Rounding rounding : {Rounding::down, Rounding::nearest}) {
      const auto plain = scale_decimal(text, power, rounding);
      const auto with_exponent = scale_decimal(text + "e0", power, rounding);
      BOOST_REQUIRE_MESSAGE(plain.has_value() == with_exponent.has_value(), text << " " << power);
      if (!plain) continue;
      BOOST_TEST(plain->value == with_exponent->value, text << " " << power);
      BOOST_TEST(plain->exact == with_exponent->exact, text << " " << power);
      BOOST_TEST(plain->fraction_digits == with_exponent->fraction_digits, text);
    }
  }
}

BOOST_AUTO_TEST_CASE(invalid_and_oversized_numbers_are_refused) {
  for (const std::string text :
       {"9223372036854775808", "9223372036854775807.5", "1e19", "1e400", "1e999999999999", "", "-",
        "+1", "01", ".5", "1.", "1e", "0x1", "NaN", "1 ", " 1", "1,5"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!nearest(text, 0).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(counts_the_fractions_digits) {
  const auto digits = [](const char* text) {
    return scale_decimal(text, 0, Rounding::down).value().fraction_digits;
  };
  BOOST_TEST(digits("17") == 0);
  BOOST_TEST(digits("17.250") == 3);
  BOOST_TEST(digits("1.725e1") == 2);
  BOOST_TEST(digits("17e-2") == 2);
}

BOOST_AUTO_TEST_CASE(agrees_with_floating_point_where_that_is_exact) {
  std::mt19937_64 random(7);
  for (int i = 0; i < tests::rounds(100'000); ++i) {
    const auto whole = static_cast<std::int64_t>(random() % 1'000'000'000);
    const int digits = static_cast<int>(random() % 7);
    char text[64];
    std::snprintf(text, sizeof(text), "%.*f", digits,
                  static_cast<double>(whole) / std::pow(10.0, digits));
    BOOST_REQUIRE(nearest(text, digits).value() == whole);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
