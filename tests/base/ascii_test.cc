#include "base/ascii.h"

#include <boost/test/unit_test.hpp>
#include <cctype>

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(ascii)

// The tests run in the C locale, in which <cctype> knows ASCII alone.
BOOST_AUTO_TEST_CASE(every_byte_agrees_with_the_standard_library) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    BOOST_TEST_CONTEXT(byte) {
      BOOST_TEST(is_digit(c) == (std::isdigit(byte) != 0));
      BOOST_TEST(is_letter(c) == (std::isalpha(byte) != 0));
      BOOST_TEST(is_alphanumeric(c) == (std::isalnum(byte) != 0));
      BOOST_TEST(is_control(c) == (std::iscntrl(byte) != 0));
      BOOST_TEST(is_hex(c) == (std::isxdigit(byte) != 0));
      BOOST_TEST(static_cast<unsigned char>(lower(c)) == std::tolower(byte));
      BOOST_TEST(static_cast<unsigned char>(upper(c)) == std::toupper(byte));
    }
  }
}

BOOST_AUTO_TEST_CASE(hex_digits_have_their_values) {
  for (unsigned value = 0; value < 16; ++value) {
    BOOST_TEST(hex_value(kHexDigits[value]) == value);
    BOOST_TEST(hex_value(upper(kHexDigits[value])) == value);
  }
}

BOOST_AUTO_TEST_CASE(case_is_that_of_ascii_letters) {
  BOOST_TEST(lower("Aé[Z") == "aé[z");
  BOOST_TEST(upper("aé{z") == "Aé{Z");
  BOOST_TEST(equal_without_case("Host", "hOST"));
  BOOST_TEST(!equal_without_case("@", "`"));
  BOOST_TEST(!equal_without_case("a", "ab"));
}

BOOST_AUTO_TEST_SUITE_END()
