#include "daemon/http/target.h"

#include <boost/test/unit_test.hpp>

#include "daemon/http/api_request.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(http_target)

namespace {

// The request line of a target, or the error's code.
std::string line_of(std::string_view target, std::string_view json = {}) {
  const auto parsed = parse_target(target);
  if (!parsed) return parsed.error().code;
  const Route route = find_route(*parsed);
  if (route.words == nullptr) return "no route";
  LineBuilder builder(route);
  const auto in_query = parse_form(parsed->query);
  if (!in_query) return in_query.error().code;
  if (const auto added = builder.add(*in_query); !added) return added.error().code;
  if (!json.empty()) {
    const auto in_body = parse_json_form(json);
    if (!in_body) return in_body.error().code;
    if (const auto added = builder.add(*in_body); !added) return added.error().code;
  }
  return builder.line();
}

}  // namespace

BOOST_AUTO_TEST_CASE(query_strings_become_request_lines) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"/api/v1/logs?status=429,5xx", "LOGS status=429,5xx"},
      {"http://localhost/api/v1/logs?status!=200", "LOGS status!=200"},
      {"/api/v1/logs?duration_ms>=500", "LOGS duration_ms>=500"},
      {"/api/v1/logs?duration_ms%3E=500", "LOGS duration_ms>=500"},
      {"/api/v1/logs?duration_ms%3E%3D500", "LOGS duration_ms>=500"},
      {"/api/v1/logs?duration_ms%3E500=", "LOGS duration_ms>500"},
      {"/api/v1/logs?duration_ms>500", "LOGS duration_ms>500"},
      {"/api/v1/logs?path=/a+b&text=%22a,%20b%22", "LOGS path=\"/a b\" text=\"a, b\""},
      {"/api/v1/logs?account=%22a,b%22,c", "LOGS account=\"a,b\",c"},
      {"/api/v1/logs?error_id=", "LOGS error_id=\"\""},
      {"/api/v1/logs?limit=&date=&&status=200", "LOGS status=200"},
      {"/api/v1/logs?/request/headers/user-agent=*axios*",
       "LOGS /request/headers/user-agent=*axios*"},
      {"/api/v1/logs?%22/a!%22=1", "LOGS \"/a!\"=1"},
      {"/api/v1/logs?%2Fa%3Db=1", "LOGS \"/a=b\"=1"},
      {"/api/v1/logs?text=a%00%0A%22", "LOGS text=\"a\\u0000\\n\\\"\""},
      {"/api/v1/job/job%2F7?tz=UTC", "JOB job/7 tz=UTC"},
      {"/api/v1/job/a%20b", "JOB \"a b\""},
      {"/api/v1/job/status=500", "JOB \"status=500\""},
      {"/api/v1/show/e-1", "SHOW e-1"},
      {"/api/v1/calls/20260-1c4", "SHOW ref=20260-1c4"},
      {"/api/v1/explain/logs?status=500", "EXPLAIN LOGS status=500"},
      {"/api/v1/help/logs", "HELP logs"},
      {"/api/v1/find?text=%22e-1,+it+said&limit=3", "FIND \"\\\"e-1, it said\" limit=3"},
      {"/api/v1/export.csv?fields=ts,%22/a,b%22", "EXPORT fields=ts,\"/a,b\""},
      {"/api/v1/logs/", "LOGS"},
      {"/api/v1/logs?from=2026-11-20T08:15%2B08:00", "LOGS from=2026-11-20T08:15+08:00"},
      {"/api/v1/LOGS", "no route"},
      {"/api/v1/ping", "no route"},
      {"/api/v1/quit", "no route"},
      {"/api/v1/logs/x", "no route"},
      {"/api/v1/logs.exe", "no route"},
      {"/api/v1/", "no route"},
      {"/api/v1/explain/", "no route"},
      {"/api/v1/logs?a=%", "bad-request"},
      {"/api/v1/logs?a=%g0", "bad-request"},
      {"/api/v1/logs?text=%ff", "not-utf8"},
      {"/api/v1/%ff", "not-utf8"},
      {"/api/v1/logs?=1", "bad-request"},
      {"/api/v1/logs?text=%22open", "bad-request"},
      {"/api/v1/logs?text=%22a%22b", "bad-request"},
      {"*", "bad-request"},
      {"logs", "bad-request"},
  };
  for (const auto& [target, line] : cases) BOOST_TEST(line_of(target) == line, target);
}

BOOST_AUTO_TEST_CASE(json_bodies_become_request_lines) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"status":["429","5xx"],"duration_ms>=":500,"text":"a, b"})",
       "LOGS status=429,5xx duration_ms>=500 text=\"a, b\""},
      {R"( {"/n":12345678901234567890.10e5 , "x":true,"text!=":"\"q"} )",
       R"(LOGS /n=12345678901234567890.10e5 x=true text!="\"q")"},
      {R"({"duration_ms>":1,"status<":"500","a=":"b"})", "LOGS duration_ms>1 status<500 a=b"},
      {"{}", "LOGS"},
      {"[]", "bad-request"},
      {R"({"a":null})", "bad-request"},
      {R"({"a":{"b":1}})", "bad-request"},
      {R"({"a":[]})", "bad-request"},
      {R"({"a":[[1]]})", "bad-request"},
      {R"({"":1})", "bad-request"},
      {R"({"a":1} x)", "bad-request"},
      {R"({"a":1)", "bad-request"},
      {R"({"a":01})", "bad-request"},
      {"{\"a\":\"\xff\"}", "bad-request"},
  };
  for (const auto& [body, line] : cases) BOOST_TEST(line_of("/api/v1/logs", body) == line, body);
}

BOOST_AUTO_TEST_CASE(a_column_of_the_line_names_its_parameter) {
  const auto target = parse_target("/api/v1/job/j?stauts=404&tz=UTC");
  LineBuilder builder(find_route(*target));
  BOOST_REQUIRE(builder.add(*parse_form(target->query)).has_value());
  BOOST_TEST(builder.line() == "JOB j stauts=404 tz=UTC");
  BOOST_TEST(builder.parameter_at(5) == "id");
  BOOST_TEST(builder.parameter_at(7) == "stauts");
  BOOST_TEST(builder.parameter_at(14) == "stauts");
  BOOST_TEST(builder.parameter_at(18) == "tz");
  BOOST_TEST(builder.parameter_at(1) == "");
}

BOOST_AUTO_TEST_CASE(unknown_paths_get_the_nearest_route) {
  BOOST_TEST(find_route(*parse_target("/api/v1/actvity")).nearest == "/api/v1/activity");
  BOOST_TEST(find_route(*parse_target("/helthz")).nearest == "/healthz");
  BOOST_TEST(find_route(*parse_target("/api/v1/zzzzzz")).nearest == "");
}

BOOST_AUTO_TEST_CASE(encoding_restores_what_decoding_takes) {
  std::string all;
  for (char c = 1; c < 127; ++c) all.push_back(c);
  all += "\xc3\xa9";
  BOOST_TEST(*percent_decoded(percent_encoded(all), true, "x") == all);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
