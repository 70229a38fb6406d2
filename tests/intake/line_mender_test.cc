#include "intake/line_mender.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/intake/mapping.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(line_mender)

namespace {

using config::InvalidUtf8;
using std::string_literals::operator""s;

const std::string kHead = R"({"ts":"2026-11-20T08:15:30Z",)";

std::string mended(const std::string& line, InvalidUtf8 invalid = InvalidUtf8::replace) {
  LineMender mender;
  return std::string(mender.mend(line, invalid).line);
}

config::Config with(InvalidUtf8 invalid) {
  config::Config config = config::default_config();
  config.formats["fortnight"].invalid_utf8 = invalid;
  return config;
}

BOOST_AUTO_TEST_CASE(a_good_line_stays_as_it_is) {
  LineMender mender;
  const std::string line = "{\"a\":\"\\u00e9\\n\\\\x41 \xc3\xa9 \\ud800\",\"\xf0\x9f\x98\x80\":1}";
  const LineMender::Mended same = mender.mend(line, InvalidUtf8::replace);
  BOOST_TEST(!same.changed);
  BOOST_TEST(!same.invalid_utf8);
  BOOST_TEST(same.line.data() == line.data());
}

// Each maximal ill-formed sequence is one U+FFFD (Unicode, "U+FFFD substitution of maximal
// subparts").
BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_replaced) {
  const std::string r = "\xef\xbf\xbd";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"caf\xe9", "caf" + r},
      {"\xe9t\xe9", r + "t" + r},
      {"\xc0\xaf", r + r},                                  // an overlong slash
      {"\xe0\x80\xaf", r + r + r},                          // a longer form
      {"\xf0\x80\x80\xaf", r + r + r + r},                  // the longest form
      {"\xed\xa0\x80", r + r + r},                          // half of a surrogate pair
      {"\xed\xa0\xbd\xed\xb8\x80", r + r + r + r + r + r},  // CESU-8
      {"\xf4\x90\x80\x80", r + r + r + r},                  // beyond U+10FFFF
      {"\xf8\x88\x80\x80\x80", r + r + r + r + r},
      {"\xe2\x82", r},  // incomplete
      {"\xe2\x82x", r + "x"},
      {"\xf0\x9f\x98", r},
      {"\xf0\x9f\x98\x80\x80", "\xf0\x9f\x98\x80" + r},
      {"\x80\xbf", r + r},
      {"\xff\xfe", r + r},
      {"\xe2\x82\xac", "\xe2\x82\xac"}};
  for (const auto& [bytes, expected] : cases) {
    BOOST_TEST(mended("{\"" + bytes + "\":\"" + bytes + "\"}") ==
               "{\"" + expected + "\":\"" + expected + "\"}");
  }
}

BOOST_AUTO_TEST_CASE(control_bytes_in_strings_are_escaped) {
  BOOST_TEST(mended("{\"a\tb\":\"\x01\x1f\r\x7f\0\"}"s) ==
             "{\"a\\u0009b\":\"\\u0001\\u001f\\u000d\x7f\\u0000\"}");
  BOOST_TEST(mended("{\t\"a\":1}") == "{\t\"a\":1}");
}

BOOST_AUTO_TEST_CASE(escapes_of_web_servers_are_decoded) {
  // As nginx (escape=default) and Apache write them.
  BOOST_TEST(mended(R"({"a":"\x22x\x5Cy\x0A\xC3\xA9\xE9z\x41\x7F"})") ==
             "{\"a\":\"\\\"x\\\\y\\u000a\xc3\xa9\xef\xbf\xbdzA\x7f\"}");
  BOOST_TEST(mended("{\"a\":\"\xc3\\xa9\"}") == "{\"a\":\"\xc3\xa9\"}");
  BOOST_TEST(mended(R"({"a":"C:\dir\x2","b":"\u12","c":"\uzzzz","d":"\\x41"})") ==
             R"({"a":"C:\\dir\\x2","b":"\\u12","c":"\\uzzzz","d":"\\x41"})");
}

BOOST_AUTO_TEST_CASE(kept_bytes_differ_from_their_escapes) {
  BOOST_TEST(mended("{\"a\":\"caf\xe9 \xc0\xaf \xc3\xa9\"}", InvalidUtf8::keep) ==
             "{\"a\":\"caf\\udce9 \\udcc0\\udcaf \xc3\xa9\"}");
}

BOOST_AUTO_TEST_CASE(a_call_with_such_bytes_is_a_call_and_counted_as_mended) {
  MapperAtWork work;
  const std::string line = kHead + "\"account\":\"A\xe9\",\"path\":\"/a\tb\",\"status\":200}";
  for (int round = 0; round < 2; ++round) {
    const Seen seen = look(work.map(line));
    BOOST_TEST(seen.reject == "");
    BOOST_TEST(seen.account == "A\xef\xbf\xbd");
    BOOST_TEST(seen.path == "/a\tb");
    BOOST_TEST(seen.call.status == 200);
    BOOST_TEST(seen.line == kHead +
                                "\"account\":\"A\xef\xbf\xbd\",\"path\":\"/a\\u0009b\","
                                "\"status\":200}");
  }
  BOOST_TEST(look(work.map(kHead + "\"a\":1}")).reject == "");
  BOOST_TEST(work.mapper().counters().mended == 2U);
  BOOST_TEST(work.mapper().counters().calls == 3U);
}

BOOST_AUTO_TEST_CASE(a_format_may_reject_or_keep_them) {
  const std::string line = kHead + "\"account\":\"A\xe9\",\"path\":\"/a\tb\"}";
  MapperAtWork rejecting("fortnight", with(InvalidUtf8::reject));
  BOOST_TEST(look(rejecting.map(line)).reject == "not-utf8");
  BOOST_TEST(look(rejecting.map(kHead + "\"path\":\"/a\tb\"}")).path == "/a\tb");
  BOOST_TEST(look(rejecting.map(kHead + R"("path":"\xE9"})")).reject == "not-utf8");
  MapperAtWork keeping("fortnight", with(InvalidUtf8::keep));
  const Seen seen = look(keeping.map(line));
  BOOST_TEST(seen.line == kHead + R"("account":"A\udce9","path":"/a\u0009b"})");
  BOOST_TEST(seen.account == "A\xef\xbf\xbd");
}

BOOST_AUTO_TEST_CASE(surrounding_bytes_are_removed) {
  MapperAtWork work;
  const std::string line = kHead + "\"a\":1}";
  for (const std::string& before :
       {"\xef\xbb\xbf"s, "\0\0\0"s, "\0\xef\xbb\xbf"s, "\xef\xbb\xbf\xef\xbb\xbf\0"s}) {
    BOOST_TEST(look(work.map(before + line)).line == line);
    BOOST_TEST(look(work.map(before + line + "\0"s)).line == line);
    BOOST_TEST(look(work.map(before)).reject == "nothing");
  }
  BOOST_TEST(work.mapper().counters().mended == 0U);
}

BOOST_AUTO_TEST_CASE(lines_that_cannot_be_mended_are_rejected) {
  MapperAtWork work;
  BOOST_TEST(look(work.map("\xff\xfe")).reject == "not-utf8");
  BOOST_TEST(look(work.map("{\"ts\":\xff}")).reject == "not-utf8");
  BOOST_TEST(look(work.map(kHead + "\"a\":\"\t}")).reject == "not-json");
  BOOST_TEST(look(work.map(kHead + "\"a\":\x01}")).reject == "not-json");
  BOOST_TEST(work.mapper().counters().mended == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
