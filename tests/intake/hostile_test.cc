// Lines that are hard to store: each is restored byte for byte, both before and after its shape is
// known.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "intake/split_line.h"
#include "tests/intake/mapping.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(hostile)

namespace {

using std::string_view_literals::operator""sv;

const std::string kHead = R"({"ts":"2026-11-20T08:15:30Z")";

std::string repeated(const std::string& piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

BOOST_AUTO_TEST_CASE(odd_lines_come_back_byte_for_byte) {
  std::string keys;
  for (int i = 0; i < 10'000; ++i)
    keys += ",\"key " + std::to_string(i) + "\":\"" + std::to_string(i) + "\"";
  const std::vector<std::string> rests = {
      R"(, "a" :	1 , "b":[ ] , "c" : { } )",
      R"(,"":"","\"":"\"","\\":"\\")",
      R"(,"a":1,"a":2,"a":{"a":1,"a":2})",
      R"(,"n":[1e400,-0,-0.0,0.1234567890123456789,123456789012345678901234567890,1E+2,1e-400])",
      R"(,"s":["\ud800","\udc00","\ud83d\ude00","\u0000","\/"])",
      ",\"u\":\"\xf0\x9f\x98\x80 \xc3\xa9 \x7f\"",
      ",\"deep\":" + repeated("[", kMaxDepth - 1) + repeated("]", kMaxDepth - 1),
      ",\"deep\":" + repeated("{\"a\":", kMaxDepth - 2) + "1" + repeated("}", kMaxDepth - 2),
      ",\"long\":\"" + std::string(300'000, 'x') + "\"",
      ",\"array\":[" + repeated("1,", 100'000) + "1]",
      ",\"blank\":[" + repeated(" ", 100'000) + "1]",
      ",\"" + std::string(70'000, 'k') + "\":1",
      keys};
  MapperAtWork work;
  for (int round = 0; round < 3; ++round) {
    for (const std::string& rest : rests) {
      const std::string line = kHead + rest + "}";
      const Seen seen = look(work.map(line));
      BOOST_TEST_CONTEXT(line.substr(0, 200)) {
        BOOST_TEST(seen.reject == "");
        BOOST_TEST((seen.line == line));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nesting_has_a_limit) {
  MapperAtWork work;
  for (const std::string open : {"[", "{\"a\":"}) {
    const std::string line = kHead + ",\"deep\":" + repeated(open, 1'000'000);
    BOOST_TEST(look(work.map(line.substr(0, 1U << 20))).reject == "not-json");
  }
  const std::string line =
      kHead + ",\"deep\":" + repeated("[", kMaxDepth) + repeated("]", kMaxDepth) + "}";
  BOOST_TEST(look(work.map(line)).reject == "not-json");
}

BOOST_AUTO_TEST_CASE(an_overlong_line_without_a_time_is_rejected) {
  MapperAtWork work;
  const std::string line = "{\"x\":\"" + std::string(1U << 20, 'x') + "\"," + kHead.substr(1) + "}";
  const storage::Append append = work.map(line);
  BOOST_TEST(look(append).reject == "too-long");
  BOOST_TEST(append.rejects[0].bytes.size() == storage::kMostRejectedBytes);
}

BOOST_AUTO_TEST_CASE(ever_new_shapes_do_no_harm) {
  MapperAtWork work;
  storage::Append append;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = std::to_string(i);
    const std::string line = kHead + ",\"" + name + "\":" + name + "}";
    work.mapper().map_copy(line, 0, kNow, append);
    work.mapper().map_copy(line, 0, kNow, append);
    const storage::Batch& batch = append.batch;
    BOOST_REQUIRE(batch.calls.size() == static_cast<std::size_t>(2 * i + 2));
    std::string back;
    storage::append_line(batch, batch.calls.back(), back);
    BOOST_REQUIRE(back == line);
  }
  BOOST_TEST(append.batch.shapes.size() == 10'000U);
}

// Lines that differ from a known shape in one byte, or in the kind of a value.
BOOST_AUTO_TEST_CASE(lines_that_are_almost_of_a_known_shape_are_not) {
  MapperAtWork work;
  const std::string line = kHead + R"(,"a":"x","b":12,"c":{"d":true}})";
  for (std::size_t at = 1; at < line.size(); ++at) {
    BOOST_REQUIRE(look(work.map(line)).reject == "");
    for (const char c : "\0\"{}[],: x9\\"sv) {
      std::string other = line;
      other[at] = c;
      MapperAtWork fresh;
      const Seen known = look(work.map(other));
      const Seen unknown = look(fresh.map(other));
      BOOST_TEST_CONTEXT(other) {
        BOOST_REQUIRE(known.reject == unknown.reject);
        BOOST_REQUIRE(known.line == unknown.line);
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
