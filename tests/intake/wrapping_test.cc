// Lines in their wrappings, in other forms than JSON, and lines that hold several calls.
#include "intake/wrapping.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "config/load.h"
#include "intake/logfmt.h"
#include "tests/intake/mapping.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(wrappings)

namespace {

MapperAtWork mapper_with(const std::string& yaml) {
  const config::Loaded loaded = config::load_text("formats: {f: {" + yaml + "}}", "f.yaml", {});
  for (const config::Problem& problem : loaded.problems) BOOST_ERROR(problem.to_string());
  BOOST_REQUIRE(loaded.config.has_value());
  return MapperAtWork("f", *loaded.config);
}

const std::string kCall = R"({"t":1795162530,"a":"x"})";

std::vector<std::string> lines_of(const storage::Append& append) {
  std::vector<std::string> lines;
  for (const storage::Call& call : append.batch.calls) {
    storage::append_line(append.batch, call, lines.emplace_back());
  }
  return lines;
}

BOOST_AUTO_TEST_CASE(prefixes_are_recognised) {
  const auto cri = unwrap_cri("2026-11-28T17:40:00.000000100+01:00 stdout F {}");
  BOOST_REQUIRE(cri.has_value());
  BOOST_TEST(cri->text == "{}");
  BOOST_TEST(cri->time == "2026-11-28T17:40:00.000000100+01:00");
  BOOST_TEST(cri->stream == "stdout");
  BOOST_TEST(!cri->continues);
  BOOST_TEST(unwrap_cri("2026-11-28T17:40:00Z stderr P:x {")->continues);
  BOOST_TEST(unwrap_cri("2026-11-28T17:40:00Z stderr F")->text == "");
  for (const std::string text :
       {"", "2026-11-28T17:40:00Z", "2026-11-28T17:40:00Z stdin F {}", "2026-11-28 stdout F {}",
        "2026-11-28T17:40:00Z stdout X {}", "2026-11-28T17:40:00Zstdout F {}", "{}"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!unwrap_cri(text).has_value()); }
  }

  const auto compose = unwrap_compose("caddy-1  | {}");
  BOOST_REQUIRE(compose.has_value());
  BOOST_TEST(compose->text == "{}");
  BOOST_TEST(compose->program == "caddy-1");
  for (const std::string text : {"", "|", " | {}", "a| {}", "a b | {}", "{\"a\":\"x | y\"}"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!unwrap_compose(text).has_value()); }
  }

  BOOST_TEST(unwrap_prefix("panic: {\"a\":1}")->text == "{\"a\":1}");
  BOOST_TEST(!unwrap_prefix("{}").has_value());
  BOOST_TEST(!unwrap_prefix("no brace").has_value());
}

BOOST_AUTO_TEST_CASE(lines_of_docker) {
  std::string scratch;
  const auto docker =
      unwrap_docker(R"({"log":"{\"a\":\"\u00e9\"}\n","stream":"stdout","attrs":{"tag":"w"},)"
                    R"("time":"2026-11-28T12:00:00.1Z"})",
                    scratch);
  BOOST_REQUIRE(docker.has_value());
  BOOST_TEST(docker->text == "{\"a\":\"\xc3\xa9\"}");
  BOOST_TEST(docker->stream == "stdout");
  BOOST_TEST(docker->time == "2026-11-28T12:00:00.1Z");
  BOOST_TEST(!docker->continues);
  BOOST_TEST(unwrap_docker(R"({"log":"x","stream":"stdout"})", scratch)->continues);
  for (const std::string text :
       {"", "{}", R"({"log":"x\n"})", R"({"log":"x\n","stream":"s","pod":"p"})",
        R"({"log":"x\n","stream":"s"} x)", R"({"log":1,"stream":"s"})",
        R"({"log":"x\n","stream":"s")", R"({"stream":"s","time":"t"})",
        R"({"log":"x\n","stream":"s","attrs":{)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!unwrap_docker(text, scratch).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(headers_of_syslog_in_files) {
  std::string scratch;
  const auto iso = unwrap_syslog("2026-11-28T13:09:20+01:00 host1 api[9400]: {}", scratch);
  BOOST_REQUIRE(iso.has_value());
  BOOST_TEST(iso->text == "{}");
  BOOST_TEST(iso->time == "2026-11-28T13:09:20+01:00");
  BOOST_TEST(iso->host == "host1");
  BOOST_TEST(iso->program == "api");
  BOOST_TEST(iso->process == "9400");
  BOOST_TEST(unwrap_syslog("Nov  8 13:09:21 host1 api: {}", scratch)->time == "Nov  8 13:09:21");
  BOOST_TEST(unwrap_syslog("<14>Nov 28 13:09:21 host1 api: {}", scratch)->text == "{}");
  for (const std::string text :
       {"", "Nov", "November rain falls on host: x", "2026-11-28", "GET / x"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!unwrap_syslog(text, scratch).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(wrappings_are_removed_where_they_are_recognised) {
  MapperAtWork work = mapper_with("ts: /t");
  const std::string docker = R"({"log":"{\"t\":1795162530,\"a\":\"x\"}\n","stream":"stdout",)"
                             R"("time":"2026-11-28T12:00:00Z"})";
  for (const std::string& wrapped :
       {"2026-11-20T08:15:30Z stdout F " + kCall, "api-1 | " + kCall,
        "Nov 20 08:15:30 host api[7]: " + kCall,
        "<14>1 2026-11-20T08:15:30Z host api 7 - - " + kCall, docker, "api-1 | " + docker,
        "2026-11-20T08:15:30Z stdout F api-1 | " + kCall, std::string(3, '\0') + kCall, kCall}) {
    BOOST_TEST_CONTEXT(wrapped) {
      const Seen seen = look(work.map(wrapped));
      BOOST_TEST(seen.reject == "");
      BOOST_TEST(seen.line == kCall);
    }
  }
  BOOST_TEST(look(work.map("2026-11-20T08:15:30Z stderr F not a call")).reject == "not-json");
  BOOST_TEST(look(work.map("panic: " + kCall)).reject == "not-json");
  const Counters& counters = work.mapper().counters();
  BOOST_TEST(counters.lines == counters.calls + counters.rejected_total());
}

BOOST_AUTO_TEST_CASE(wrappings_may_be_named_or_left) {
  BOOST_TEST(look(mapper_with("ts: /t, unwrap: prefix").map("panic: " + kCall)).line == kCall);
  BOOST_TEST(look(mapper_with("ts: /t, unwrap: none").map("api-1 | " + kCall)).reject ==
             "not-json");
  BOOST_TEST(
      look(mapper_with("ts: /t, unwrap: [compose, prefix]").map("api-1 | >> " + kCall)).line ==
      kCall);
  BOOST_TEST(look(mapper_with("ts: /t, unwrap: compose").map(kCall)).line == kCall);
}

BOOST_AUTO_TEST_CASE(what_a_wrapping_tells) {
  MapperAtWork work = mapper_with(
      "ts: [/t, $time], account: $host, revision: $program, "
      "ids: {process_id: $process, stream_id: $stream}");
  const Seen syslog = look(work.map(R"(<14>1 2026-11-20T08:15:30Z h api 7 - - {"a":1})"));
  BOOST_TEST(syslog.reject == "");
  BOOST_TEST(syslog.call.ts == 1'795'162'530 * kNsPerSecond);
  BOOST_TEST(syslog.account == "h");
  BOOST_TEST(syslog.revision == "api");
  BOOST_TEST(syslog.ids == "process_id=7");
  BOOST_TEST(look(work.map("2026-11-20T08:15:30Z stderr F {}")).ids == "stream_id=stderr");
  // Nothing of an earlier line stays.
  BOOST_TEST(look(work.map(kCall)).account == "");
  BOOST_TEST(look(work.map("{}")).reject == "no-time");
}

BOOST_AUTO_TEST_CASE(pieces_are_joined_by_stream_and_origin) {
  MapperAtWork work = mapper_with("ts: /t");
  storage::Append append;
  const auto take = [&](const std::string& line) { work.mapper().map_copy(line, 0, kNow, append); };
  const std::string time = "2026-11-20T08:15:30Z ";
  work.mapper().set_origin("/a");
  take(time + R"(stdout P {"t":17951)");
  take(time + R"(stderr P {"t":1795162530,)");
  work.mapper().set_origin("/b");
  take(time + R"(stdout P {"t":1795162530,"a")");
  work.mapper().set_origin("/a");
  take(time + "stdout P 62");
  take(time + R"(stdout F 530,"a":1})");
  take(time + R"(stderr F "a":2})");
  work.mapper().set_origin("/b");
  take(time + "stdout F :3}");
  BOOST_TEST(append.rejects.empty());
  BOOST_TEST(lines_of(append) ==
                 (std::vector<std::string>{R"({"t":1795162530,"a":1})", R"({"t":1795162530,"a":2})",
                                           R"({"t":1795162530,"a":3})"}),
             boost::test_tools::per_element());
  BOOST_TEST(work.mapper().counters().lines == 3U);
  BOOST_TEST(work.mapper().held("/a") == "");
  take(R"({"log":"{\"t\":17951","stream":"stdout"})");
  take(R"({"log":"62530}\n","stream":"stdout"})");
  BOOST_TEST(lines_of(append).back() == R"({"t":1795162530})");
}

BOOST_AUTO_TEST_CASE(pieces_of_deliveries_are_not_mixed) {
  MapperAtWork work = mapper_with("ts: /t");
  storage::Append append;
  const auto take = [&](std::uint64_t delivery, const std::string& line) {
    work.mapper().set_delivery(delivery);
    work.mapper().map_copy("2026-11-20T08:15:30Z stdout " + line, 100 * delivery, kNow, append);
  };
  take(1, R"(P {"t":1795162530,"a":)");
  take(12, R"(P {"t":1795162530,"b":)");
  take(2, R"(P {"t":1795162530,"c":)");
  take(12, "F 12}");
  take(1, "F 1}");
  BOOST_TEST(lines_of(append) == (std::vector<std::string>{R"({"t":1795162530,"b":12})",
                                                           R"({"t":1795162530,"a":1})"}),
             boost::test_tools::per_element());
  // What has no end is rejected once its delivery has ended, and nothing continues it.
  for (const std::uint64_t delivery : {1U, 2U, 12U}) {
    work.mapper().set_delivery(delivery);
    work.mapper().end_delivery(kNow, append);
  }
  BOOST_REQUIRE(append.rejects.size() == 1U);
  BOOST_TEST(append.rejects[0].bytes == R"({"t":1795162530,"c":)");
  BOOST_TEST(append.rejects[0].detail == "the line's last piece is missing");
  BOOST_TEST(append.rejects[0].offset == 200U);
  take(2, "F 2}");
  BOOST_TEST(append.rejects.size() == 2U);
  BOOST_TEST(append.batch.calls.size() == 2U);
}

BOOST_AUTO_TEST_CASE(pieces_are_kept_over_a_restart) {
  MapperAtWork before = mapper_with("ts: /t");
  before.mapper().set_origin("/a");
  before.map("2026-11-20T08:15:30Z stdout P {\"t\":179516");
  const std::string held = before.mapper().held("/a");
  BOOST_TEST(held != "");
  BOOST_TEST(before.mapper().held("/b") == "");
  MapperAtWork after = mapper_with("ts: /t");
  after.mapper().restore_held("/a", held);
  after.mapper().set_origin("/a");
  BOOST_TEST(look(after.map("2026-11-20T08:15:30Z stdout F 2530}")).line == R"({"t":1795162530})");
  after.mapper().restore_held("/a", held.substr(0, held.size() - 1));
  after.mapper().restore_held("/a", "\xff\xff\xff");
  BOOST_TEST(look(after.map("2026-11-20T08:15:30Z stdout F 2530}")).reject == "not-json");
}

BOOST_AUTO_TEST_CASE(pieces_are_kept_when_settings_change) {
  MapperAtWork before = mapper_with("ts: /t");
  before.mapper().set_delivery(1);
  before.map("2026-11-20T08:15:30Z stdout P {\"t\":179516");
  MapperAtWork after = mapper_with("ts: /t, revision: /r");
  after.mapper().continue_lines_of(before.mapper());
  after.mapper().set_delivery(1);
  BOOST_TEST(look(after.map("2026-11-20T08:15:30Z stdout F 2530}")).line == R"({"t":1795162530})");
}

BOOST_AUTO_TEST_CASE(unfinished_lines_are_bounded) {
  config::Config config = config::default_config();
  config.limits.max_line_bytes = 2048;
  MapperAtWork work("fortnight", config);
  const std::string piece(1500, 'x');
  std::size_t held = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string path = "/" + std::to_string(i);
    work.mapper().set_origin(path);
    for (int k = 0; k < 3; ++k) work.map("2026-11-20T08:15:30Z stdout P " + piece);
    BOOST_TEST(work.mapper().held(path).size() < 2100U);
  }
  for (int i = 0; i < 100; ++i) held += work.mapper().held("/" + std::to_string(i)).size();
  BOOST_TEST(held <= 8U * 2100U);
  // A line that is too long as a whole is treated like any other.
  BOOST_TEST(work.mapper().counters().rejected_total() >= 92U);
  work.mapper().set_origin("/long");
  work.map(R"(2026-11-20T08:15:30Z stdout P {"ts":"2026-11-20T08:15:30Z","v":"x)" + piece);
  const Seen seen = look(work.map("2026-11-20T08:15:30Z stdout F " + piece + "\"}"));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.line.ends_with("\"@truncated\":true}"));
}

BOOST_AUTO_TEST_CASE(logfmt_becomes_an_object) {
  const auto json = [](std::string_view line) {
    std::string out;
    append_logfmt_as_json(line, out);
    return out;
  };
  BOOST_TEST(json(R"(level=info status=200 took=1.5ms msg="a \"b\"" cached ok=true none=null)") ==
             R"({"level":"info","status":200,"took":"1.5ms","msg":"a \"b\"","cached":true,)"
             R"("ok":true,"none":null})");
  BOOST_TEST(json("status=\"200\" a=") == R"({"status":"200","a":""})");
  BOOST_TEST(json("path=/a?b=c&d=e") == R"({"path":"/a?b=c&d=e"})");
  BOOST_TEST(json(R"(m="open \n é)") == "{\"m\":\"open \\n \xc3\xa9\"}");
  BOOST_TEST(json("") == "{}");
  BOOST_TEST(json("= == \"x\" =y") == R"({"x":true,"y":true})");
  MapperAtWork work = mapper_with("input: logfmt, ts: /ts, path: /path, status: /status");
  const Seen seen =
      look(work.map("api-1 | ts=2026-11-20T08:15:30Z path=/a status=503 msg=\"x y\""));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.call.status == 503);
  BOOST_TEST(seen.path == "/a");
  BOOST_TEST(seen.line == R"({"ts":"2026-11-20T08:15:30Z","path":"/a","status":503,"msg":"x y"})");
  BOOST_TEST(look(work.map("no pairs")).reject == "no-time");
}

BOOST_AUTO_TEST_CASE(text_becomes_a_message) {
  MapperAtWork work = mapper_with("input: text, parts: {of: /message, as: clf}");
  const std::string line = R"(192.0.2.1 - - [20/Nov/2026:08:15:30 +0000] "GET /a HTTP/1.1" 200 2)";
  const Seen seen = look(work.map(line));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.method == "GET");
  BOOST_TEST(seen.call.status == 200);
  BOOST_TEST(
      seen.line ==
      R"({"message":"192.0.2.1 - - [20/Nov/2026:08:15:30 +0000] \"GET /a HTTP/1.1\" 200 2"})");
  BOOST_TEST(look(work.map("something else")).reject == "no-time");
  BOOST_TEST(look(work.map(line + " \xff")).reject == "");
}

BOOST_AUTO_TEST_CASE(calls_are_taken_out_of_arrays) {
  MapperAtWork work =
      mapper_with("each: /Records, ts: /t, account: /@around/region, ids: {call_id: /id}");
  const storage::Append both = work.map(
      R"({"region":"eu","Records":[{"t":1795162530,"id":"1"},{ },{"t":1795162530,"id":"3"} ]})");
  BOOST_TEST(lines_of(both) == (std::vector<std::string>{
                                   R"({"t":1795162530,"id":"1","@around":{"region":"eu"}})",
                                   R"({"t":1795162530,"id":"3","@around":{"region":"eu"}})"}),
             boost::test_tools::per_element());
  BOOST_TEST(both.rejects.size() == 1U);
  BOOST_TEST(both.batch.field(both.batch.calls[0], storage::TextField::account) == "eu");
  BOOST_TEST(work.mapper().counters().lines == 3U);
  // Nothing else in the line: the elements as they are.
  const std::string spaced = R"({ "t" : 1795162530 })";
  BOOST_TEST(
      lines_of(work.map(R"({"Records":[)" + spaced + "]}")) == std::vector<std::string>{spaced},
      boost::test_tools::per_element());
  BOOST_TEST(look(work.map(kCall)).line == kCall);  // no array: a call itself
  BOOST_TEST(look(work.map(R"({"Records":[]})")).reject == "skip");
  BOOST_TEST(look(work.map(R"({"Records":[7]})")).reject == "not-object");
  BOOST_TEST(look(work.map(R"({"Records":[)")).reject == "not-json");
  BOOST_TEST(look(work.map("plain")).reject == "not-json");
}

BOOST_AUTO_TEST_CASE(calls_are_taken_out_of_nested_arrays) {
  MapperAtWork work = mapper_with(
      "each: '/resourceLogs/*/scopeLogs/*/logRecords', ts: {pointers: /timeUnixNano, time: "
      "unix_ns}, "
      "account: '/@around/resourceLogs/resource/[k=service]/v', revision: "
      "/@around/resourceLogs/scopeLogs/scope");
  const storage::Append append = work.map(
      R"({"resourceLogs":[{"resource":[{"k":"service","v":"a"}],"scopeLogs":[{"scope":"s",)"
      R"("logRecords":[{"timeUnixNano":"1795162530000000000"},)"
      R"({"timeUnixNano":"1795162530000000001"}]}]},)"
      R"({"scopeLogs":[{"logRecords":[{"timeUnixNano":"1795162530000000002"}]}]}]})");
  const std::vector<std::string> lines = lines_of(append);
  BOOST_REQUIRE(lines.size() == 3U);
  BOOST_TEST(lines[1] == R"({"timeUnixNano":"1795162530000000001","@around":{"resourceLogs":)"
                         R"({"resource":[{"k":"service","v":"a"}],"scopeLogs":{"scope":"s"}}}})");
  BOOST_TEST(lines[2] == R"({"timeUnixNano":"1795162530000000002"})");
  BOOST_TEST(append.batch.field(append.batch.calls[1], storage::TextField::account) == "a");
  BOOST_TEST(append.batch.field(append.batch.calls[1], storage::TextField::revision) == "s");
}

BOOST_AUTO_TEST_CASE(the_calls_of_a_line_are_bounded) {
  config::Config config = config::default_config();
  config.limits.max_line_bytes = 4096;
  config.formats["fortnight"].each = "/Records";
  MapperAtWork work("fortnight", config);
  std::string line = R"({"pad":")" + std::string(1000, 'x') + R"(","Records":[)";
  for (int i = 0; i < 90; ++i) line += R"({"ts":1795162530},)";
  line.back() = ']';
  const storage::Append append = work.map(line + "}");
  BOOST_TEST(append.batch.calls.size() > 20U);
  BOOST_TEST(append.batch.calls.size() < 40U);
  BOOST_REQUIRE(append.rejects.size() == 1U);
  BOOST_TEST(append.rejects[0].reason == "too-long");
}

BOOST_AUTO_TEST_CASE(a_call_in_a_string) {
  MapperAtWork work = mapper_with("inside: /log, ts: /t, account: /@around/k8s/pod");
  const Seen seen =
      look(work.map(R"({"log":"{\"t\":1795162530,\"a\":\"x\"}\n","k8s":{"pod":"p"},"n":[1]})"));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.account == "p");
  BOOST_TEST(seen.line == R"({"t":1795162530,"a":"x","@around":{"k8s":{"pod":"p"},"n":[1]}})");
  BOOST_TEST(look(work.map(R"({"log":{"t":1795162530}})")).line == R"({"t":1795162530})");
  BOOST_TEST(look(work.map(R"({"log":"plain text"})")).reject == "not-json");
  BOOST_TEST(look(work.map(R"({"log":7,"t":1795162530})")).line == R"({"log":7,"t":1795162530})");
  BOOST_TEST(look(work.map(kCall)).line == kCall);
  BOOST_TEST(look(work.map("{}")).reject == "no-time");
}

BOOST_AUTO_TEST_CASE(secrets_within_are_redacted) {
  MapperAtWork work = mapper_with("inside: /log, ts: /t");
  const Seen seen =
      look(work.map(R"({"log":"{\"t\":1795162530,\"password\":\"s3cret\"}","token":"s4cret"})"));
  BOOST_TEST(seen.line ==
             R"({"t":1795162530,"password":"[redacted]","@around":{"token":"[redacted]"}})");
}

BOOST_AUTO_TEST_CASE(calls_without_fields_are_counted) {
  MapperAtWork work = mapper_with("ts: /t, method: /m, path: /p, status: /s");
  work.map(R"({"t":1795162530,"m":"GET","p":"/a","s":200})");
  work.map(kCall);
  const Counters& counters = work.mapper().counters();
  BOOST_TEST(counters.calls == 2U);
  BOOST_TEST(counters.without_method == 1U);
  BOOST_TEST(counters.without_path == 1U);
  BOOST_TEST(counters.without_status == 1U);
}

BOOST_AUTO_TEST_CASE(refusals_name_the_pointer_and_the_value) {
  MapperAtWork work = mapper_with("ts: [/at, /t]");
  const auto detail = [&](const std::string& line) { return work.map(line).rejects.at(0).detail; };
  BOOST_TEST(detail(R"({"a":1})") == "no value at /at, /t");
  BOOST_TEST(detail(R"({"t":"soon"})") == "a time that the format can't read, at /t: \"soon\"");
  BOOST_TEST(
      detail(R"({"at":"2026-11-20 08:15:30"})") ==
      "a time without an offset, and the format has no `zone`, at /at: \"2026-11-20 08:15:30\"");
  BOOST_TEST(detail(R"({"t":"password=s3cret"})").find("s3cret") == std::string::npos);
  BOOST_TEST(detail("{\"t\":\"" + std::string(1000, 'x') + "\"}").size() < 200U);
}

// Ports have senders that add it, whatever the lines are; a file has what was written to it.
BOOST_AUTO_TEST_CASE(header_of_a_sender_is_removed_at_ports_only) {
  for (const std::string unwrap : {"auto", "none", "[docker]"}) {
    BOOST_TEST_CONTEXT(unwrap) {
      MapperAtWork at_port = mapper_with("ts: /t, unwrap: " + unwrap);
      BOOST_TEST((lines_of(at_port.map("<14>app: " + kCall)) == std::vector{kCall}));
    }
  }
  MapperAtWork of_file = mapper_with("ts: /t, unwrap: none");
  of_file.mapper().set_origin("/var/log/app.log");
  BOOST_TEST(look(of_file.map("<14>app: " + kCall)).reject == "not-json");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
