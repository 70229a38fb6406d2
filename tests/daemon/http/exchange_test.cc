#include "daemon/http/exchange.h"

#include <boost/test/unit_test.hpp>

#include "daemon/http/compressor.h"
#include "daemon/http/encoders.h"

namespace fortnight::daemon {
namespace http_exchange {

struct Fixture {
  Fixture() { request.headers[static_cast<std::size_t>(Header::host)] = "localhost"; }
  void set(Header header, std::string value) {
    request.headers[static_cast<std::size_t>(header)] = std::move(value);
  }
  HttpDecision decide_on(std::string target) {
    request.target = std::move(target);
    return decide(request, {reader}, site);
  }
  // The status of a reply; 0: a request runs.
  unsigned status_of(std::string target) {
    const HttpDecision decision = decide_on(std::move(target));
    const auto* reply = std::get_if<Reply>(&decision);
    return reply == nullptr ? 0 : reply->status;
  }

  const access::Reader reader = access::everybody();
  Site site{OriginRules({}, {"https://tools.example"}), {}, {}, {}, {}};
  HttpRequest request{.method = "GET", .target = {}, .body = {}, .problem = {}, .headers = {}};
};

std::string encoded(Media media, const std::vector<std::string>& rows,
                    const query::Closing& closing, std::vector<std::string> columns = {},
                    Coding coding = Coding::identity) {
  CompressorSpace space(8U << 20);
  auto encoder = compressed(
      make_encoder(
          {media, std::move(columns), [](const auto& error) { return Problem(error); }, {}}),
      coding, space);
  std::string out;
  for (const std::string& row : rows) encoder->row(row, out);
  encoder->close(closing, out);
  return out;
}

const query::Closing kOk(R"(OK {"calls":2})");

}  // namespace http_exchange

BOOST_FIXTURE_TEST_SUITE(http_exchange, Fixture)

BOOST_AUTO_TEST_CASE(a_request_that_runs) {
  set(Header::accept, "application/x-ndjson");
  set(Header::accept_encoding, "gzip");
  const HttpDecision decision = decide_on("/api/v1/logs?status=500&cursor=abc&limit=2");
  const auto& execution = std::get<Execution>(decision);
  BOOST_TEST(execution.builder.line() == "LOGS status=500 cursor=abc limit=2");
  BOOST_TEST((execution.media == Media::ndjson));
  BOOST_TEST((execution.coding == Coding::gzip));
  BOOST_TEST(execution.next_link == "/api/v1/logs?status=500&limit=2&cursor=");
  BOOST_TEST(std::get<Execution>(decide_on("/api/v1/logs?duration_ms>5&text=%22a%22")).next_link ==
             "/api/v1/logs?duration_ms%3E5&text=%22a%22&cursor=");
}

BOOST_AUTO_TEST_CASE(the_last_event_becomes_the_place_to_resume_from) {
  set(Header::last_event_id, "g0z\x8d");
  BOOST_TEST(status_of("/api/v1/follow") == 400U);
  set(Header::last_event_id, "g0z-1c4");
  BOOST_TEST(std::get<Execution>(decide_on("/api/v1/follow?status=500")).builder.line() ==
             "FOLLOW status=500 after=g0z-1c4");
  BOOST_TEST(std::get<Execution>(decide_on("/api/v1/follow?after=x")).builder.line() ==
             "FOLLOW after=x");
  BOOST_TEST(std::get<Execution>(decide_on("/api/v1/logs")).builder.line() == "LOGS");
  BOOST_TEST((std::get<Execution>(decide_on("/api/v1/follow")).coding == Coding::identity));
}

BOOST_AUTO_TEST_CASE(refusals) {
  BOOST_TEST(status_of("/api/v1/logs") == 0U);
  BOOST_TEST(status_of("/api/v1/nothing") == 404U);
  BOOST_TEST(status_of("/nothing") == 404U);
  BOOST_TEST(status_of("/") == 200U);
  BOOST_TEST(status_of("/calls/g10-1c4") == 200U);
  BOOST_TEST(status_of("/assets/nothing.js") == 404U);
  BOOST_TEST(status_of("/healthz") == 200U);
  BOOST_TEST(status_of("/readyz") == 200U);
  site.paused = [] { return std::string("no space"); };
  BOOST_TEST(status_of("/readyz") == 503U);
  request.method = "PUT";
  BOOST_TEST(status_of("/api/v1/logs") == 405U);
  request.method = "POST";
  BOOST_TEST(status_of("/healthz") == 405U);
  BOOST_TEST(status_of("/api/v1/logs") == 0U);
  request.body = "a=" + std::string(70'000, 'x');
  set(Header::content_type, "application/x-www-form-urlencoded; charset=utf-8");
  BOOST_TEST(status_of("/api/v1/logs") == 413U);
  set(Header::content_type, "multipart/form-data");
  BOOST_TEST(status_of("/api/v1/logs") == 415U);
  request.method = "GET";
  set(Header::host, "evil.example");
  BOOST_TEST(status_of("/api/v1/logs") == 421U);
  BOOST_TEST(status_of("/healthz") == 421U);
}

BOOST_AUTO_TEST_CASE(other_sites_need_a_configured_origin) {
  set(Header::origin, "https://evil.example");
  BOOST_TEST(status_of("/api/v1/logs") == 403U);
  request.method = "OPTIONS";
  set(Header::access_control_request_method, "GET");
  BOOST_TEST(status_of("/api/v1/logs") == 403U);
  set(Header::origin, "https://tools.example");
  const HttpDecision preflight = decide_on("/api/v1/logs");
  BOOST_TEST(std::get<Reply>(preflight).status == 204U);
  BOOST_TEST(std::get<Reply>(preflight).headers.text().find(
                 "Access-Control-Allow-Origin: https://tools.example\r\n") != std::string::npos);
  request.method = "GET";
  BOOST_TEST(std::get<Execution>(decide_on("/api/v1/logs"))
                 .headers.text()
                 .find("Access-Control-Allow-Origin: https://tools.example\r\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(problems_name_the_request_and_the_parameter) {
  const HttpDecision decision = decide_on("/api/v1/logs?stauts=4");
  const Problem problem =
      std::get<Execution>(decision).problem(query::bad_request(6, "unknown \"x\"", "status"));
  BOOST_TEST(problem_json(problem) ==
             R"({"type":"about:blank","title":"Bad Request","status":400,)"
             R"("detail":"column 6: unknown \"x\"","code":"bad-request","column":6,)"
             R"("nearest":"status","parameter":"stauts","request":"LOGS stauts=4"})");
  BOOST_TEST(Problem(query::too_busy("x")).status == 503U);
  BOOST_TEST(Problem(query::RequestError("limit", "x")).status == 422U);
  BOOST_TEST(Problem(query::RequestError("new-code", "x")).status == 500U);
}

BOOST_AUTO_TEST_CASE(refs_that_name_no_call) {
  const auto execution = std::get<Execution>(decide_on("/api/v1/calls/g10-1c4"));
  BOOST_TEST(execution.nothing_found(R"({"calls":0,"complete":true})")->status == 404U);
  const auto dropped = execution.nothing_found(R"({"calls":0,"retained_from":"2026"})");
  BOOST_TEST(dropped->status == 410U);
  BOOST_TEST(dropped->counts == "/api/v1/activity?date=2026-11-15&tz=UTC");
  BOOST_TEST(!std::get<Execution>(decide_on("/api/v1/show/x")).nothing_found("{}"));
}

BOOST_AUTO_TEST_CASE(bodies) {
  const std::vector<std::string> rows = {R"({"a":1.50,"b":"x"})", R"({"a":2,"b":null})"};
  BOOST_TEST(
      encoded(Media::json, rows, kOk) ==
      "{\"rows\":[{\"a\":1.50,\"b\":\"x\"},\n{\"a\":2,\"b\":null}],\"summary\":{\"calls\":2}}\n");
  BOOST_TEST(encoded(Media::json, {}, kOk) == "{\"rows\":[],\"summary\":{\"calls\":2}}\n");
  BOOST_TEST(encoded(Media::ndjson, rows, kOk) ==
             rows[0] + "\n" + rows[1] + "\n{\"ok\":{\"calls\":2}}\n");
  const query::RequestError lost("io", "lost");
  BOOST_TEST(
      encoded(Media::json, rows, lost).ends_with("],\"error\":" + problem_json(lost) + "}\n"));
  BOOST_TEST(
      encoded(Media::ndjson, rows, lost).ends_with("\n{\"error\":" + problem_json(lost) + "}\n"));
  BOOST_TEST(encoded(Media::csv, rows, kOk) == "a,b\r\n1.50,x\r\n2,\r\n");
}

BOOST_AUTO_TEST_CASE(cells) {
  BOOST_TEST(encoded(Media::csv,
                     {R"({"ts":"t","ids":{"error_id":["e-1","=e"],"other":["o"]},"n":-1})",
                      R"({"ts":"a,\"b\"\n","n":"+1"})"},
                     kOk, {"ts", "error_id", "n"}) ==
             "ts,error_id,n\r\nt,e-1 '=e,-1\r\n\"a,\"\"b\"\"\n\",,'+1\r\n");
  BOOST_TEST(encoded(Media::csv, {}, kOk, {"ts"}) == "ts\r\n");
}

BOOST_AUTO_TEST_CASE(events) {
  const std::string call = R"({"ts":"t","path":"x,\"ref\":\"no\"","ref":"g10-1"})";
  BOOST_TEST(encoded(Media::event_stream, {call, R"({"missed":3})"}, kOk) ==
             "id: g10-1\ndata: " + call + "\n\nevent: missed\ndata: {\"missed\":3}\n\n");
  BOOST_TEST(encoded(Media::event_stream, {}, query::RequestError("io", "lost"))
                 .starts_with("event: failed\ndata: {"));
  BOOST_TEST(stream_beginning("0-9") == "retry: 2000\n: still here\nid: 0-9\n\n");
  BOOST_TEST(still_here("") == ": still here\n\n");
}

BOOST_AUTO_TEST_CASE(compressors_have_a_limit) {
  CompressorSpace space(1U << 20);
  Coding first = Coding::zstd;
  Coding second = Coding::zstd;
  const auto make = [] { return make_encoder({Media::ndjson, {}, {}, {}}); };
  auto one = compressed(make(), first, space);
  auto two = compressed(make(), second, space);
  BOOST_TEST((first == Coding::zstd));
  BOOST_TEST((second == Coding::identity));
  one.reset();
  second = Coding::zstd;
  two = compressed(make(), second, space);
  BOOST_TEST((second == Coding::zstd));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
