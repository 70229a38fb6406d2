#include "base/json_writer.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "base/utf8.h"
#include "tests/support/flat_line.h"

using fortnight::JsonWriter;

BOOST_AUTO_TEST_SUITE(json_writer)

namespace {

std::string quoted(std::string_view value) {
  std::string out;
  fortnight::append_json_string(value, out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_CASE(members_and_elements_have_commas_between_them) {
  std::string out;
  JsonWriter json(out);
  json.open_object().key("a").number(1).key("b").open_array().text("x").null().raw("{}");
  json.close_array().key("c").open_object().close_object().key("d").fraction(0.25).close_object();
  BOOST_TEST(out == R"({"a":1,"b":["x",null,{}],"c":{},"d":0.25})");
}

BOOST_AUTO_TEST_CASE(escapes) {
  BOOST_TEST(quoted("a\"b\\c\n\r\t/") == R"("a\"b\\c\n\r\t/")");
  BOOST_TEST(quoted(std::string("\0\x1f\x7f", 3)) == R"("\u0000\u001f\u007f")");
  BOOST_TEST(quoted("é€😀") == "\"é€😀\"");
}

BOOST_AUTO_TEST_CASE(invalid_utf8_is_replaced) {
  BOOST_TEST(quoted("a\xff\xc3") == "\"a\xef\xbf\xbd\xef\xbf\xbd\"");
}

// Any bytes become valid JSON in UTF-8. Valid UTF-8 is restored unchanged by a JSON parser.
BOOST_AUTO_TEST_CASE(any_bytes_are_written_as_json) {
  std::mt19937 random(4);
  const std::string pieces[] = {"a", "\"",   "\\",   "\n",           "é",
                                "😀", "\xff", "\xc3", "\xed\xa0\x80", std::string(1, '\0'),
                                "/", "\x7f"};
  for (int i = 0; i < 5'000; ++i) {
    std::string value;
    for (auto n = random() % 8; n > 0; --n) value += pieces[random() % std::size(pieces)];
    const std::string json = "[" + quoted(value) + "]";
    BOOST_REQUIRE_EQUAL(fortnight::valid_utf8_prefix(json), json.size());
    BOOST_REQUIRE_EQUAL(json.find('\n'), std::string::npos);
    const auto flat = fortnight::tests::flatten(json);
    if (fortnight::valid_utf8_prefix(value) == value.size()) {
      BOOST_REQUIRE_EQUAL(flat.scalars.at(0).text, value);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
