#include "base/visible_text.h"

#include <boost/test/unit_test.hpp>
#include <string>

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(visible)

BOOST_AUTO_TEST_CASE(control_sequences_are_escaped) {
  BOOST_TEST(visible_text("a\x1b]0;x\x07 b") == "a\\x1b]0;x\\x07 b");
  BOOST_TEST(visible_text("\xc2\x9b\x9b\x7f") == "\\x9b\\x9b\\x7f");
  BOOST_TEST(visible_text("\u202e\u2066\u061c\ufeff\u2028") ==
             "\\u202e\\u2066\\u061c\\ufeff\\u2028");
  BOOST_TEST(visible_text("\U000e0001") == "\\U000e0001");
  BOOST_TEST(visible_text("naïve 東京 👩\u200d💻 \u0645\u0631") ==
             "naïve 東京 👩\u200d💻 \u0645\u0631");
  BOOST_TEST(visible_text("a\nb\tc") == "a\\x0ab\\x09c");
  BOOST_TEST(visible_text("a\nb\tc\r", true) == "a\nb\tc\\x0d");
  // Incomplete, overlong or a surrogate: shown as bytes.
  BOOST_TEST(visible_text("\xe6\x9d") == "\\xe6\\x9d");
  BOOST_TEST(visible_text("\xc0\xaf") == "\\xc0\\xaf");
  BOOST_TEST(visible_text("\xed\xa0\x80") == "\\xed\\xa0\\x80");
}

BOOST_AUTO_TEST_CASE(json_stays_the_same_json) {
  BOOST_TEST(visible_json("{\"a\":\"x\u202ey\xc2\x9bz\"}") == R"({"a":"x\u202ey\u009bz"})");
  BOOST_TEST(visible_json("\"\U000e0041\"") == R"("\udb40\udc41")");
  BOOST_TEST(visible_json("\"\x9b\"") == R"("\ufffd")");
  BOOST_TEST(visible_json("{\"a\":\t1}\r") == "{\"a\":\t1}\r");
  BOOST_TEST(visible_json("\"東京\"") == "\"東京\"");
}

BOOST_AUTO_TEST_SUITE_END()
