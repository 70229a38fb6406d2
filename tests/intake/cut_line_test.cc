#include "intake/cut_line.h"

#include <simdjson.h>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "intake/split_line.h"
#include "tests/intake/mapping.h"
#include "tests/intake/random_json.h"
#include "tests/support/effort.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(cut_line)

namespace {

const std::string kHead = R"({"ts":"2026-11-20T08:15:30Z",)";

const RedactNames& names() {
  static const RedactNames names(config::default_config().redact);
  return names;
}
std::string closed(const std::string& front) {
  return close_cut_line(front, names()).value_or("nothing");
}

config::Config of_line_length(std::uint64_t bytes) {
  config::Config config = config::default_config();
  config.limits.max_line_bytes = bytes;
  return config;
}

BOOST_AUTO_TEST_CASE(brackets_are_closed_and_cut_values_removed) {
  const std::string end = R"("@truncated":true})";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({)", "{" + end},
      {R"( {"a)", " {" + end},
      {R"({"a")", "{" + end},
      {R"({"a":)", "{" + end},
      {R"({"a":1)", "{" + end},  // may have been 12
      {R"({"a":tru)", "{" + end},
      {R"({"a":1,)", R"({"a":1,)" + end},
      {R"({"a":1 )", R"({"a":1,)" + end},
      {R"({"a":"x")", R"({"a":"x",)" + end},
      {R"({"a":"x","b":[1,{"c":"d"},[)", R"({"a":"x","b":[1,{"c":"d"},[]],)" + end},
      {R"({"a":{"b":{"c":1},"d)", R"({"a":{"b":{"c":1}},)" + end},
      {R"({"a":"x y)", R"({"a":{"@truncated":"x y"},)" + end},
      {R"({"a":")", R"({"a":{"@truncated":""},)" + end},
      {R"({"a":[1,"x)", R"({"a":[1,{"@truncated":"x"}],)" + end},
      {R"({"a":"x\)", R"({"a":{"@truncated":"x"},)" + end},
      {R"({"a":"x\u00)", R"({"a":{"@truncated":"x"},)" + end},
      {R"({"a":"x\ud83d\ude0)", R"({"a":{"@truncated":"x"},)" + end},
      {R"({"a":"x\ud83d\ude00)", R"({"a":{"@truncated":"x\ud83d\ude00"},)" + end},
      {R"({"a":"x\x4)", R"({"a":{"@truncated":"x"},)" + end},
      {"{\"a\":\"x\xe2\x82", R"({"a":{"@truncated":"x"},)" + end},
      {"{\"a\":\"x\xe2\x82\xac", "{\"a\":{\"@truncated\":\"x\xe2\x82\xac\"}," + end},
  };
  for (const auto& [front, expected] : cases) BOOST_TEST(closed(front) == expected);
}

// Values whose name may be after the cut aren't kept; values with a name before the cut are.
BOOST_AUTO_TEST_CASE(values_whose_name_is_cut_off_are_redacted) {
  const std::string end = R"("@truncated":true})";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"h":[{"value":"x)", R"({"h":[{"value":"[redacted]"}],)" + end},
      {R"({"h":[{"value":"x")", R"({"h":[{"value":"[redacted]"}],)" + end},
      {R"({"h":[{"a":1,"Values":[1,"x"],"na)", R"({"h":[{"a":1,"Values":"[redacted]"}],)" + end},
      {R"({"h":[{"value":{"a":["x",{"b":"y)", R"({"h":[{"value":"[redacted]"}],)" + end},
      {R"({"h":{"value":"x","b":{"c":"d)",
       R"({"h":{"value":"[redacted]","b":{"c":{"@truncated":"d"}}},)" + end},
      {R"({"h":[{"value":"x","name":"Acc)",
       R"({"h":[{"value":"[redacted]","name":{"@truncated":"Acc"}}],)" + end},
      {R"({"h":{"value":"x","name":"Accept","b":"c)",
       R"({"h":{"value":"x","name":"Accept","b":{"@truncated":"c"}},)" + end},
      {R"({"h":{"name":"Accept","value":"x)",
       R"({"h":{"name":"Accept","value":{"@truncated":"x"}},)" + end},
      {R"({"h":[{"value":"x"},{"value":null,"a":1)",
       R"({"h":[{"value":"x"},{"value":null}],)" + end},
      {R"({"value":"x","a":{"b":"c)", R"({"value":"x","a":{"b":{"@truncated":"c"}},)" + end},
      {R"({"h":["Cookie","x","Acc)", R"({"h":["Cookie","[redacted]",{"@truncated":"Acc"}],)" + end},
      {R"({"h":["Cookie","x","Accept")", R"({"h":["Cookie","[redacted]","Accept"],)" + end},
      {R"({"h":["Accept","x","Cookie",{"a":"y)",
       R"({"h":["Accept","x","Cookie","[redacted]"],)" + end},
      {R"({"h":["Cookie","x",1,"y)", R"({"h":["Cookie","x",1,{"@truncated":"y"}],)" + end},
  };
  for (const auto& [front, expected] : cases) BOOST_TEST(closed(front) == expected);
  // Without secret names, everything is kept.
  config::Redact none = config::default_config().redact;
  none.keys.clear();
  BOOST_TEST(close_cut_line(R"({"h":[{"value":"x")", RedactNames(none)).value() ==
             R"({"h":[{"value":"x"}],"@truncated":true})");
}

BOOST_AUTO_TEST_CASE(other_texts_than_open_objects_are_refused) {
  for (const auto* front : {"", "  ", "[1,2", "GET /x", R"({"a":1}  )", R"({"a":1}{"b":)",
                            R"({"a")x)", R"({a:1,)", R"({"a":1 2)", R"({"a":[}]])"}) {
    BOOST_TEST(closed(front) == "nothing");
  }
}

BOOST_AUTO_TEST_CASE(deep_lines_end_at_the_limit) {
  for (const std::string open : {"[", "{\"a\":"}) {
    std::string front = kHead + "\"a\":";
    for (int i = 0; i < 5000; ++i) front += open;
    MapperAtWork work;
    storage::Append append;
    work.mapper().map_cut_off(front + "\"x", 0, kNow, append);
    BOOST_TEST(look(append).reject == "");
  }
}

// For a cut at any offset, the result is JSON and contains nothing that the line doesn't.
BOOST_AUTO_TEST_CASE(any_front_of_a_line_gives_a_valid_one) {
  simdjson::dom::parser parser;
  for (unsigned seed = 0; seed < tests::rounds(300U); ++seed) {
    const std::string line = RandomJson(seed).object(R"("t":1795162530)");
    for (std::size_t cut = 1; cut < line.size(); ++cut) {
      const auto made = close_cut_line(line.substr(0, cut), names());
      BOOST_TEST_CONTEXT(line.substr(0, cut)) {
        BOOST_REQUIRE(made.has_value());
        simdjson::dom::element root;
        const auto error = parser.parse(*made).get(root);
        // simdjson rejects numbers beyond a double and halves of surrogate pairs.
        const bool fine = error == simdjson::SUCCESS || error == simdjson::NUMBER_ERROR ||
                          error == simdjson::STRING_ERROR;
        BOOST_REQUIRE_MESSAGE(fine, *made);
        BOOST_REQUIRE(made->ends_with("\"@truncated\":true}"));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_line_that_is_too_long_is_a_call_of_its_first_part) {
  MapperAtWork work("fortnight", of_line_length(1024));
  const std::string line = kHead + R"("account":"A1","method":"POST","path":"/p","status":201,)" +
                           R"("request":{"headers":{"authorization":"s3cret"},"body":")" +
                           std::string(5000, 'x') + R"("},"call_id":"c-1"})";
  const storage::Append append = work.map(line);
  const Seen seen = look(append);
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.account == "A1");
  BOOST_TEST(seen.method == "POST");
  BOOST_TEST(seen.call.status == 201);
  BOOST_TEST(seen.call_id == "");  // it is after the cut
  BOOST_TEST(seen.line.find("s3cret") == std::string::npos);
  BOOST_TEST(seen.line.find(R"("body":{"@truncated":"xxx)") != std::string::npos);
  BOOST_TEST(seen.line.ends_with(R"(xxx"}},"@truncated":true})"));
  BOOST_TEST(work.mapper().counters().truncated == 1U);
  BOOST_TEST(work.mapper().counters().rejected_total() == 0U);

  storage::Append from_framer;
  work.mapper().map_cut_off(line.substr(0, 1024), 0, kNow, from_framer);
  BOOST_TEST(look(from_framer).line == seen.line);
}

BOOST_AUTO_TEST_CASE(a_cut_value_is_not_a_field_or_an_id) {
  MapperAtWork work;
  for (const std::string member : {"account", "path", "call_id", "error_id", "method"}) {
    storage::Append append;
    work.mapper().map_cut_off(kHead + "\"" + member + "\":\"abc", 0, kNow, append);
    const Seen seen = look(append);
    BOOST_TEST(seen.reject == "");
    BOOST_TEST(seen.account + seen.path + seen.call_id + seen.ids + seen.method == "");
  }
}

BOOST_AUTO_TEST_CASE(a_first_part_without_the_needed_values_is_rejected) {
  MapperAtWork work("caddy");
  const auto reason = [&](const std::string& front) {
    storage::Append append;
    work.mapper().map_cut_off(front, 0, kNow, append);
    return look(append).reject;
  };
  BOOST_TEST(reason(R"({"logger":"http.log.access.log0","request":{"uri":"/xxx)") == "too-long");
  BOOST_TEST(reason(R"({"ts":1795162530.5,"request":{"uri":"/xxx)") == "too-long");
  BOOST_TEST(reason("xxxxx") == "too-long");
  BOOST_TEST(reason(std::string(1024, ' ')) == "too-long");
  BOOST_TEST(
      reason(R"({"ts":4102444800,"logger":"http.log.access.log0","msg":"handled request",)") ==
      "future");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
