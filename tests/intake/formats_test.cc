// Formats as users write them, on lines as producers write them: what docs/formats.md promises.
#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "config/load.h"
#include "tests/intake/mapping.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(formats)

namespace {

constexpr std::int64_t kInstant = 1'795'162'530'000'000'000;  // 2026-11-20T08:15:30Z

// The mapper of a format, given as YAML without `formats: {f: {...}}`.
MapperAtWork mapper_of(const std::string& yaml, const std::string& source = "test") {
  const config::Loaded loaded = config::load_text("formats: {f: {" + yaml + "}}", "f.yaml", {});
  for (const config::Problem& problem : loaded.problems) BOOST_ERROR(problem.to_string());
  BOOST_REQUIRE(loaded.config.has_value());
  config::Source of;
  of.name = source;
  of.format = "f";
  return MapperAtWork(mapper_settings(*loaded.config, of));
}

Seen seen_by(const std::string& yaml, std::string_view line) {
  return look(mapper_of(yaml).map(line));
}

std::string line(const std::string& rest) { return R"({"t":1795162530,)" + rest + "}"; }

BOOST_AUTO_TEST_CASE(the_first_value_that_is_set_is_used) {
  const std::string format = "ts: /t, account: [/a, /b, '=nobody']";
  BOOST_TEST(seen_by(format, line(R"("a":"x","b":"y")")).account == "x");
  BOOST_TEST(seen_by(format, line(R"("a":"","b":"y")")).account == "y");
  BOOST_TEST(seen_by(format, line(R"("a":"-","b":"y")")).account == "y");
  BOOST_TEST(seen_by(format, line(R"("a":"\u002d","b":"y")")).account == "y");
  BOOST_TEST(seen_by(format, line(R"("a":null,"b":"y")")).account == "y");
  BOOST_TEST(seen_by(format, line(R"("a":{},"b":"y")")).account == "y");
  BOOST_TEST(seen_by(format, line(R"("a":"-","b":"")")).account == "nobody");
  BOOST_TEST(seen_by(format, line(R"("a":0,"b":"y")")).account == "0");
  BOOST_TEST(seen_by(format, line(R"("a":"--","b":"y")")).account == "--");
}

BOOST_AUTO_TEST_CASE(what_counts_as_absent_is_configured) {
  const std::string format = "ts: /t, unset: ['', 'N/A', '0'], account: [/a, /b]";
  BOOST_TEST(seen_by(format, line(R"("a":"N/A","b":"y")")).account == "y");
  BOOST_TEST(seen_by(format, line(R"("a":0,"b":"y")")).account == "y");
  BOOST_TEST(seen_by(format, line(R"("a":"-","b":"y")")).account == "-");
  BOOST_TEST(seen_by("ts: /t, unset: [], account: [/a, /b]", line(R"("a":"-","b":"y")")).account ==
             "-");
}

BOOST_AUTO_TEST_CASE(an_id_that_counts_as_absent_is_none) {
  MapperAtWork work = mapper_of("ts: /t, ids: {a_id: /a, b_id: /b}");
  for (int round = 0; round < 2; ++round) {
    BOOST_TEST(look(work.map(line(R"("a":"1","b":"2")"))).ids == "a_id=1 b_id=2");
    BOOST_TEST(look(work.map(line(R"("a":"-","b":"2")"))).ids == "b_id=2");
    BOOST_TEST(look(work.map(line(R"("a":"-","b":"")"))).ids == "");
    BOOST_TEST(look(work.map(line(R"("a":["-","3"],"b":"2")"))).ids == "a_id=3 b_id=2");
  }
  storage::Append both;
  work.mapper().map_copy(line(R"("a":"-","b":"2")"), 0, kNow, both);
  work.mapper().map_copy(line(R"("a":"1","b":"2")"), 0, kNow, both);
  work.mapper().map_copy(line(R"("a":"-","b":"4")"), 0, kNow, both);
  BOOST_TEST(both.batch.shapes.size() == 2U);
  BOOST_TEST(both.batch.extra_ids.size() == 2U);
}

BOOST_AUTO_TEST_CASE(names_may_match_in_any_case) {
  const std::string text = line(R"("ACCOUNT":"a","Http":{"STATUS":200})");
  BOOST_TEST(seen_by("ts: /t, names: any_case, account: /account, status: /http/status", text)
                 .call.status == 200);
  BOOST_TEST(seen_by("ts: /t, account: /account", text).account == "");
  BOOST_TEST(seen_by("ts: /t, names: any_case, account: /account",
                     line(R"("Account":"first","account":"second")"))
                 .account == "first");
}

BOOST_AUTO_TEST_CASE(elements_are_selected_by_a_name) {
  const std::string format =
      "ts: /t, account: '/h/[name=X-Account]/value', "
      "ids: {call_id: '/h/[name=x-request-id]/value', trace_id: '/h/[name=Trace]/value'}";
  MapperAtWork work = mapper_of(format);
  const auto headers = [](const std::string& a, const std::string& b) {
    return line(R"("h":[{"name":")" + a + R"(","value":"1"},{"value":"2","name":")" + b + R"("}])");
  };
  for (int round = 0; round < 2; ++round) {
    const Seen seen = look(work.map(headers("X-Request-Id", "x-account")));
    BOOST_TEST(seen.call_id == "1");
    BOOST_TEST(seen.account == "2");
    const Seen other = look(work.map(headers("Trace", "X-REQUEST-ID")));
    BOOST_TEST(other.call_id == "2");
    BOOST_TEST(other.account == "");
    BOOST_TEST(other.ids == "trace_id=1");
  }
}

BOOST_AUTO_TEST_CASE(elements_are_selected_in_pairs_and_flat_arrays) {
  const std::string pairs = "ts: /t, account: '/h/[0=X-Account]/1'";
  BOOST_TEST(seen_by(pairs, line(R"("h":[["Host","h"],["x-account","a"]])")).account == "a");
  BOOST_TEST(seen_by(pairs, line(R"("h":[["Host","h"],["x-account"]])")).account == "");
  const std::string flat = "ts: /t, account: '/h/[=X-Account]'";
  BOOST_TEST(seen_by(flat, line(R"("h":["Host","h","x-account","a"])")).account == "a");
  BOOST_TEST(seen_by(flat, line(R"("h":["x-account"])")).account == "");
  BOOST_TEST(seen_by(flat, line(R"("h":[7,"x-account","a"])")).account == "a");
  // A list of values: the first is used.
  BOOST_TEST(seen_by("ts: /t, account: '/h/[name=A]/values'",
                     line(R"("h":[{"name":"A","values":["x","y"]}])"))
                 .account == "x");
}

BOOST_AUTO_TEST_CASE(selections_nest) {
  const std::string format = "ts: /t, account: '/r/[k=a]/list/[k=b]/v'";
  const std::string text =
      R"("r":[{"k":"x","list":[{"k":"b","v":"1"}]},{"k":"a","list":[{"k":"c","v":"2"},)"
      R"({"k":"b","v":"3"}]}])";
  BOOST_TEST(seen_by(format, line(text)).account == "3");
}

BOOST_AUTO_TEST_CASE(any_element_and_members_with_such_names) {
  const std::string any = "ts: /t, account: '/list/*/user'";
  BOOST_TEST(seen_by(any, line(R"("list":[{"user":null},{"user":"-"},{"user":"u"}])")).account ==
             "u");
  BOOST_TEST(seen_by(any, line(R"("list":{"*":{"user":"star"}})")).account == "star");
  BOOST_TEST(seen_by("ts: /t, account: '/o/[a=b]'", line(R"("o":{"[a=b]":"x"})")).account == "x");
}

BOOST_AUTO_TEST_CASE(a_redacted_value_is_selected_by_no_field) {
  const Seen seen = seen_by("ts: /t, account: '/h/[name=Authorization]/value'",
                            line(R"("h":[{"name":"Authorization","value":"secret"}])"));
  BOOST_TEST(seen.account == "[redacted]");
  BOOST_TEST(seen.line.find("secret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_line_is_taken_apart) {
  const std::string format = "ts: /t, parts: {of: /request, as: request_line}";
  const Seen seen = seen_by(format, line(R"("request":"GET /a/7?b=c HTTP/1.1")"));
  BOOST_TEST(seen.method == "GET");
  BOOST_TEST(seen.path == "/a/7?b=c");
  BOOST_TEST(seen.endpoint == "/a/{id}");
  BOOST_TEST(seen_by(format, line(R"("request":"GET \/a HTTP/1.1")")).path == "/a");
  for (const std::string bad :
       {"", "-", "GET", "\\u0016\\u0003", "get /a HTTP/1.1", " /a HTTP/1.1"}) {
    const Seen none = seen_by(format, line(R"("request":")" + bad + "\""));
    BOOST_TEST(none.reject == "");
    BOOST_TEST(none.method == "");
    BOOST_TEST(none.path == "");
  }
  // Secrets in it are redacted before fields are read.
  const Seen secret = seen_by(format, line(R"("request":"GET /a?token=s3cret HTTP/1.1")"));
  BOOST_TEST(secret.path == "/a?token=[redacted]");
}

BOOST_AUTO_TEST_CASE(own_values_take_precedence_over_parts) {
  const std::string format =
      "ts: /t, method: [/verb, $method], parts: {of: /request, as: request_line}";
  BOOST_TEST(seen_by(format, line(R"("verb":"PUT","request":"GET /a HTTP/1.1")")).method == "PUT");
  BOOST_TEST(seen_by(format, line(R"("verb":"","request":"GET /a HTTP/1.1")")).method == "GET");
}

BOOST_AUTO_TEST_CASE(a_clf_line_is_a_whole_call) {
  const Seen seen = seen_by(
      "parts: {of: /message, as: clf}, ids: {agent: $user_agent}",
      R"({"message":"192.0.2.1 - kim [20/Nov/2026:09:15:30 +0100] \"GET /x?q=1 HTTP/1.1\" 404 12 )"
      R"(\"-\" \"curl/8\""})");
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.call.ts == kInstant);
  BOOST_TEST(seen.account == "kim");
  BOOST_TEST(seen.method == "GET");
  BOOST_TEST(seen.path == "/x?q=1");
  BOOST_TEST(seen.call.status == 404);
  BOOST_TEST(seen.ids == "agent=curl/8");
}

BOOST_AUTO_TEST_CASE(urls_and_expressions_are_taken_apart) {
  const Seen seen = seen_by(
      "ts: /t, parts: [{of: /url, as: url}, {of: $authority, match: '^(?P<account>[^.]+)[.]'}]",
      line(R"("url":"https://acme.example.com:8443/a/b?c")"));
  BOOST_TEST(seen.path == "/a/b?c");
  BOOST_TEST(seen.account == "acme");
  const std::string message =
      "ts: /t, duration_ms: $took, ids: {order_id: $order}, "
      "parts: {of: /msg, match: '^(?P<method>[A-Z]+) (?P<path>[^ ]+) took (?P<took>[^ ]+)( order "
      "(?P<order>[^ ]+))?'}";
  const Seen text = seen_by(message, line(R"("msg":"GET /a took 1.5ms order o-7")"));
  BOOST_TEST(text.method == "GET");
  BOOST_TEST(text.call.duration_ns == 1'500'000);
  BOOST_TEST(text.ids == "order_id=o-7");
  BOOST_TEST(seen_by(message, line(R"("msg":"GET /a took 1.5ms")")).ids == "");
  BOOST_TEST(seen_by(message, line(R"("msg":"started")")).method == "");
}

BOOST_AUTO_TEST_CASE(a_field_may_be_of_the_sources_name) {
  MapperAtWork work =
      mapper_of("ts: /t, revision: '=v1', parts: {of: $source, match: '^shop-(?P<account>.+)$'}",
                "shop-acme");
  const Seen seen = look(work.map(line(R"("x":1)")));
  BOOST_TEST(seen.account == "acme");
  BOOST_TEST(seen.revision == "v1");
}

BOOST_AUTO_TEST_CASE(times_of_arrival) {
  const std::string format = "ts: [/time, $arrival]";
  const Seen without = seen_by(format, R"({"a":1})");
  BOOST_TEST(without.reject == "");
  BOOST_TEST(without.call.ts == kNow);
  BOOST_TEST(without.call.ts_digits == 6);
  BOOST_TEST(seen_by(format, R"({"time":1795162530})").call.ts == kInstant);
  BOOST_TEST(seen_by(format, R"({"time":"soon"})").reject == "bad-time");
}

BOOST_AUTO_TEST_CASE(a_time_without_a_zone_needs_the_formats) {
  const std::string text = R"({"t":"2026-11-20 08:15:30,5"})";
  BOOST_TEST(seen_by("ts: /t", text).reject == "no-zone");
  BOOST_TEST(seen_by("ts: {pointers: /t, zone: UTC}", text).call.ts == kInstant + 500'000'000);
  BOOST_TEST(seen_by("ts: {pointers: /t, zone: Europe/Berlin}", text).call.ts ==
             kInstant - kNsPerHour + 500'000'000);
  BOOST_TEST(seen_by("ts: {pointers: /t, zone: '-02:30'}", text).call.ts ==
             kInstant + 5 * kNsPerHour / 2 + 500'000'000);
  BOOST_TEST(seen_by("ts: {pointers: /t, time: '%d.%m.%y %I:%M %p', zone: UTC}",
                     R"({"t":"20.11.26 08:15 am"})")
                 .call.ts == kInstant - 30 * kNsPerSecond);
  BOOST_TEST(
      seen_by("ts: {pointers: /t, time: '%d.%m.%Y %T'}", R"({"t":"20.11.2026 08:15:30"})").reject ==
      "no-zone");
}

BOOST_AUTO_TEST_CASE(durations_of_an_array_are_a_list) {
  const auto took = [](const std::string& list, const std::string& array) {
    return seen_by(
               "ts: /t, duration_ms: {pointers: [/none/*, /took/*/ms, /other], list: " + list + "}",
               R"({"t":1795162530,"took":)" + array + R"(,"other":9})")
        .call.duration_ns;
  };
  const std::string three = R"([{"ms":1},{"ms":"2.5ms"},{"a":1},{"ms":null},{"ms":4}])";
  BOOST_TEST(took("sum", three) == 7'500'000);
  BOOST_TEST(took("first", three) == 1'000'000);
  BOOST_TEST(took("last", three) == 4'000'000);
  BOOST_TEST(took("sum", R"([{"ms":1},{"ms":"x"}])") == storage::kNoDuration);
  BOOST_TEST(took("sum", "[]") == 9'000'000);
}

BOOST_AUTO_TEST_CASE(a_duration_is_the_difference_of_two_times) {
  const std::string format = "ts: /from, duration_ms: {from: /from, to: /to}";
  const Seen seen =
      seen_by(format, R"({"from":"2026-11-20T08:15:30.25Z","to":"2026-11-20T09:15:31+01:00"})");
  BOOST_TEST(seen.call.duration_ns == 750'000'000);
  BOOST_TEST(seen_by(format, R"({"from":1795162530,"to":1795162529})").call.duration_ns ==
             storage::kNoDuration);
  BOOST_TEST(seen_by(format, R"({"from":1795162530})").call.duration_ns == storage::kNoDuration);
}

BOOST_AUTO_TEST_CASE(results_become_statuses) {
  const std::string format =
      "ts: /t, status: {pointers: [/result, /errorCode, /rpc], grpc: true, "
      "map: {SUCCESS: 200, FAILURE: 401, 'Access*': 403}, failed_if: {/errorCode: '*'}, failed: "
      "400}";
  const auto status = [&](const std::string& rest) {
    return seen_by(format, line(rest)).call.status;
  };
  BOOST_TEST(status(R"("result":"SUCCESS")") == 200);
  BOOST_TEST(status(R"("result":"FAILURE")") == 401);
  BOOST_TEST(status(R"("errorCode":"AccessDenied")") == 403);
  BOOST_TEST(status(R"("errorCode":"Throttled")") == 400);
  BOOST_TEST(status(R"("result":"SUCCESS","errorCode":"Late")") == 400);
  BOOST_TEST(status(R"("result":"SUCCESS","errorCode":"")") == 200);
  BOOST_TEST(status(R"("rpc":7)") == 403);
  BOOST_TEST(status(R"("rpc":"DEADLINE_EXCEEDED")") == 504);
  BOOST_TEST(status(R"("rpc":204)") == 204);
  BOOST_TEST(status(R"("x":1)") == storage::kNoStatus);
}

BOOST_AUTO_TEST_CASE(the_first_value_that_is_a_status_is_used) {
  const std::string format = "ts: /t, status: [/status, /code]";
  const auto status = [&](const std::string& rest) {
    return seen_by(format, line(rest)).call.status;
  };
  BOOST_TEST(status(R"("status":"completed","code":201)") == 201);
  BOOST_TEST(status(R"("status":0,"code":201)") == storage::kNoStatus);
  BOOST_TEST(status(R"("status":"000","code":201)") == storage::kNoStatus);
  BOOST_TEST(status(R"("status":101,"code":201)") == 101);
  BOOST_TEST(status(R"("status":"completed")") == storage::kNoStatus);
}

BOOST_AUTO_TEST_CASE(rules_say_which_lines_are_calls) {
  const std::string format =
      "ts: /t, only: [{/type: access}, {/kind: http*, /http: '*'}], "
      "except: {/path: [/healthz, '/metrics*'], /agent: 'kube-probe*'}";
  const auto reject = [&](const std::string& rest) { return seen_by(format, line(rest)).reject; };
  BOOST_TEST(reject(R"("type":"access")") == "");
  BOOST_TEST(reject(R"("kind":"https","http":{"x":1})") == "skip");  // an object is no value
  BOOST_TEST(reject(R"("kind":"https","http":1)") == "");
  BOOST_TEST(reject(R"("kind":"https","http":"-")") == "skip");
  BOOST_TEST(reject(R"("kind":"https")") == "skip");
  BOOST_TEST(reject(R"("type":"accessed")") == "skip");
  BOOST_TEST(reject(R"("type":"access","path":"/healthz")") == "skip");
  BOOST_TEST(reject(R"("type":"access","path":"/healthz2")") == "");
  BOOST_TEST(reject(R"("type":"access","path":"/metrics/x")") == "skip");
  BOOST_TEST(reject(R"("type":"access","agent":"kube-probe/1.2")") == "skip");
}

BOOST_AUTO_TEST_CASE(presence_and_absence_and_stars) {
  BOOST_TEST(seen_by("ts: /t, only: {/user: '*'}", line(R"("user":"")")).reject == "skip");
  BOOST_TEST(seen_by("ts: /t, only: {/user: '*'}", line(R"("user":"-")")).reject == "skip");
  BOOST_TEST(seen_by("ts: /t, only: {/user: '*'}", line(R"("user":0)")).reject == "");
  BOOST_TEST(seen_by("ts: /t, except: {/user: '*'}", line(R"("user":"u")")).reject == "skip");
  BOOST_TEST(seen_by("ts: /t, except: {/user: '*'}", line(R"("x":1)")).reject == "");
  BOOST_TEST(seen_by("ts: /t, only: {/user: ''}", line(R"("user":"")")).reject == "");
  BOOST_TEST(seen_by("ts: /t, only: {/user: '\\*'}", line(R"("user":"*")")).reject == "");
  BOOST_TEST(seen_by("ts: /t, only: {/user: '\\*'}", line(R"("user":"u")")).reject == "skip");
  BOOST_TEST(seen_by("ts: /t, only: {'/tags/*': api}", line(R"("tags":["x","api"])")).reject == "");
  BOOST_TEST(seen_by("ts: /t, only: {$method: GET}, parts: {of: /r, as: request_line}",
                     line(R"("r":"GET /a HTTP/1.1")"))
                 .reject == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
