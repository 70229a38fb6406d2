// FIND and TWIN: the words of a text, and what differs between calls.
#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "base/json_diff.h"
#include "query/service.h"
#include "query/tokens.h"
#include "tests/support/flat_line.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"

using namespace fortnight;

namespace find {

class Rows final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    lines.emplace_back(json);
    return true;
  }
  std::vector<std::string> lines;
};

struct Fixture {
  Fixture() {
    context->store = &model;
    context->now = [] { return tests::utc("2026-11-20T12:00:00Z"); };
  }
  void append(const std::vector<std::string>& lines) {
    BOOST_REQUIRE(model.append(tests::native_append(lines), context->now()));
  }
  std::string ask(const std::string& request) {
    rows.lines.clear();
    return query::execute(*context, request, rows, {});
  }
  tests::ModelStore model;
  std::shared_ptr<query::Context> context = std::make_shared<query::Context>();
  Rows rows;
};

}  // namespace find

BOOST_FIXTURE_TEST_SUITE(find, Fixture)

BOOST_AUTO_TEST_CASE(tokens_are_words_and_their_parts) {
  const auto tokens = query::id_tokens(
      "curl -H 'X-Request-Id: 9fbd95f4-8630' \"https://h.example/a/b2c3?job=J-7&x=1\", (see e-1!) "
      "e-1 {\"id\":\"q9\\\"}",
      100);
  const auto has = [&](std::string_view token) {
    return std::count(tokens.begin(), tokens.end(), token) == 1;
  };
  for (const std::string_view token : {"9fbd95f4-8630", "b2c3", "J-7", "e-1", "curl", "see",
                                       "https://h.example/a/b2c3?job=J-7&x=1", "h.example"}) {
    BOOST_TEST(has(token), token);
  }
  BOOST_TEST(!has("a"));
  BOOST_TEST(!has("e-1!"));
  // Words with digits come first.
  BOOST_TEST(tokens.front() == "9fbd95f4-8630");
  BOOST_TEST(query::id_tokens("a1b c2d e3f", 2).size() == 2U);
  BOOST_TEST(query::id_tokens(std::string(300, 'x') + " " + std::string(60'000, '/'), 9).empty());
  BOOST_TEST(query::id_tokens("", 9).empty());
}

BOOST_AUTO_TEST_CASE(calls_of_several_ids_are_found_once_each) {
  append({R"({"ts":"2026-11-20T09:00:00Z","call_id":"one","ids":{"error_id":"e-11"}})",
          R"({"ts":"2026-11-20T10:00:00Z","call_id":"two",)"
          R"("ids":{"error_id":"e-22","metric_id":"e-22"}})",
          R"({"ts":"2026-11-18T10:00:00Z","call_id":"old","ids":{"error_id":"e-22"}})"});
  BOOST_TEST(ask(R"(FIND "one e-11 and e-22")") ==
             R"(OK {"calls":3,"tried":4,"tokens":[{"token":"e-11","kind":"error_id","calls":1},)"
             R"({"token":"e-22","kind":"error_id","calls":2},)"
             R"({"token":"e-22","kind":"metric_id","calls":1},)"
             R"({"token":"one","kind":"call_id","calls":1}],"complete":true})");
  BOOST_REQUIRE(rows.lines.size() == 3U);
  BOOST_TEST(rows.lines[0].ends_with(R"("matched":[{"token":"e-22","kind":"error_id"},)"
                                     R"({"token":"e-22","kind":"metric_id"}]})"));
  BOOST_TEST(tests::flatten(rows.lines[2]).at("/call_id") == "old");
  // A ref is found too.
  const std::string ref = tests::flatten(rows.lines[2]).at("/ref");
  ask("FIND \"see /calls/" + ref + "\"");
  BOOST_REQUIRE(rows.lines.size() == 1U);
  BOOST_TEST(tests::flatten(rows.lines[0]).at("/matched/0/kind") == "ref");
  BOOST_TEST(ask("FIND \"e-22\" date=today").starts_with(R"(OK {"calls":1,)"));
  BOOST_TEST(ask("FIND \"e-22\" limit=1").find(R"("more":true)") != std::string::npos);
  BOOST_TEST(rows.lines.size() == 1U);
  BOOST_TEST(ask("FIND").starts_with("ERR bad-request column 1: FIND takes a text"));
}

BOOST_AUTO_TEST_CASE(differences_by_pointer) {
  const auto differences =
      json_differences(R"({"a":1,"b":{"c":[1,{"d":2}],"e":{}},"f/~":"x","g":"same","a":9,"n":1.0})",
                       R"({"g":"same","b":{"c":[1,{"d":3},4]},"f/~":"\u0078","n":1,"new":null})");
  std::string text;
  for (const JsonDifference& difference : differences) {
    text += difference.pointer + " " + std::string(difference.left.value_or("-")) + " " +
            std::string(difference.right.value_or("-")) + "\n";
  }
  BOOST_TEST(text ==
             "/a 1 -\n/b/c/1/d 2 3\n/b/e {} -\n/f~1~0 \"x\" \"\\u0078\"\n/n 1.0 1\n/b/c/2 - 4\n"
             "/new - null\n");
  BOOST_TEST(json_differences("[[],[1]]", "[[],[1]]").empty());
  const std::string deep = std::string(50'000, '[') + std::string(50'000, ']');
  BOOST_TEST(json_differences(deep, "{}").size() == 2U);
}

BOOST_AUTO_TEST_CASE(twins_are_the_nearest_on_each_side) {
  const auto call = [](const std::string& ts, const std::string& id, int status,
                       const std::string& account = "A", const std::string& method = "GET") {
    return R"({"ts":"2026-11-20T)" + ts + R"(Z","call_id":")" + id + R"(","account":")" + account +
           R"(","method":")" + method + R"(","endpoint":"/e","status":)" + std::to_string(status) +
           R"(,"request":{"id":")" + id + R"(","n":)" + std::to_string(status) + "}}";
  };
  append({call("08:00:00", "far", 200), call("09:00:00", "near", 200),
          call("09:30:00", "b", 200, "B"), call("09:31:00", "p", 200, "A", "POST"),
          call("09:32:00", "bad", 500), call("10:00:00", "failed", 500),
          call("10:00:00", "same-time", 302), call("11:00:00", "later", 200)});
  ask("SHOW failed");
  const std::string ref = tests::flatten(rows.lines.at(0)).at("/ref");
  BOOST_TEST(ask("TWIN ref=" + ref) == R"(OK {"calls":2,"complete":true})");
  BOOST_REQUIRE(rows.lines.size() == 2U);
  BOOST_TEST(tests::flatten(rows.lines[0]).at("/call_id") == "near");
  BOOST_TEST(tests::flatten(rows.lines[1]).at("/call_id") == "same-time");
  BOOST_TEST(rows.lines[0].starts_with(
      R"({"side":"before","diff":[{"pointer":"/status","this":500,"twin":200},)"
      R"({"pointer":"/request/n","this":500,"twin":200}],"ts":)"));
  BOOST_TEST(ask("TWIN ref=g0z-zzz").starts_with(R"(OK {"calls":0,)"));
  BOOST_TEST(ask("TWIN").starts_with("ERR bad-request column 1: TWIN needs ref="));
  BOOST_TEST(ask("TWIN ref=x!").starts_with("ERR bad-request column 10: no ref"));
}

BOOST_AUTO_TEST_CASE(places_at_which_successful_calls_differ_come_last) {
  const auto call = [](int minute, int status, const std::string& headers,
                       const std::string& body) {
    return R"({"ts":"2026-11-20T09:)" + std::to_string(minute) + R"(:00Z","call_id":"c-)" +
           std::to_string(minute) + R"(","account":"A","method":"POST","endpoint":"/e","status":)" +
           std::to_string(status) + R"(,"duration_ms":)" + std::to_string(minute * 7) +
           R"(,"request":{"headers":{)" + headers + R"(},"body":{)" + body + "}}}";
  };
  append({call(10, 201, R"("X-Forwarded-For":"192.0.2.1","agent":"a","revision":"2")",
               R"("name":"Jo","kind":"import")"),
          call(11, 202, R"("X-Forwarded-For":"192.0.2.2","agent":"b","revision":"2")",
               R"("name":"Al","kind":"import")"),
          call(20, 422, R"("X-Forwarded-For":"192.0.2.3","agent":"c","revision":"1")",
               R"("name":"","note":"new")")});
  ask("SHOW c-20");
  const std::string ref = tests::flatten(rows.lines.at(0)).at("/ref");
  ask("TWIN ref=" + ref);
  BOOST_REQUIRE(rows.lines.size() == 1U);
  const std::string expected =
      R"({"side":"before","diff":[{"pointer":"/status","this":422,"twin":202},)"
      R"({"pointer":"/request/headers/revision","this":"1","twin":"2"},)"
      R"({"pointer":"/request/body/note","this":"new"},)"
      R"({"pointer":"/request/body/kind","twin":"import"},)"
      R"({"pointer":"/duration_ms","this":140,"twin":77,"varies":true},)"
      R"({"pointer":"/request/body/name","this":"","twin":"Al","varies":true},)"
      R"({"pointer":"/request/headers/X-Forwarded-For","this":"192.0.2.3","twin":"192.0.2.2",)"
      R"("varies":true},)"
      R"({"pointer":"/request/headers/agent","this":"c","twin":"b","varies":true}],)";
  BOOST_TEST(rows.lines[0].substr(0, expected.size()) == expected);
}

BOOST_AUTO_TEST_CASE(headers_of_every_call_vary_beside_a_single_success) {
  const auto call = [](int minute, int status, const std::string& mark) {
    return R"({"ts":"2026-11-20T09:)" + std::to_string(minute) +
           R"(:00Z","account":"A","method":"GET","endpoint":"/e","status":)" +
           std::to_string(status) + R"(,"response":{"headers":{"Date":")" + mark +
           R"(","X-Request-Id":[")" + mark + R"("],"X-RateLimit-Remaining":")" + mark +
           R"(","X-RateLimit-Limit":")" + mark + R"(","content-type":")" + mark + R"("}}})";
  };
  append({call(10, 200, "a"), call(20, 500, "b")});
  ask("LOGS status=500");
  const std::string ref = tests::flatten(rows.lines.at(0)).at("/ref");
  ask("TWIN ref=" + ref);
  BOOST_REQUIRE(rows.lines.size() == 1U);
  const auto found = tests::flatten(rows.lines[0]);
  std::string text;
  for (int at = 0;; ++at) {
    const std::string place = "/diff/" + std::to_string(at);
    if (found.at(place + "/pointer").empty()) break;
    text += found.at(place + "/pointer") + " " + found.at(place + "/varies") + "\n";
  }
  BOOST_TEST(text ==
             "/status \n/response/headers/X-RateLimit-Limit \n/response/headers/content-type \n"
             "/response/headers/Date true\n/response/headers/X-Request-Id/0 true\n"
             "/response/headers/X-RateLimit-Remaining true\n");
}

BOOST_AUTO_TEST_SUITE_END()
