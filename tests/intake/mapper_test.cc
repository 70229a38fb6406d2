#include "intake/mapper.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "tests/intake/mapping.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(mapper)

namespace {

const std::string kLine =
    R"({"ts":"2026-11-20T08:15:30.123456Z","call_id":"9fbd95f4","account":"OCQ4JJ","method":"GET",)"
    R"("endpoint":"/api/profiles/{id}","path":"/api/profiles/01HZY?x=1","status":404,)"
    R"("revision":"2026-10-15","duration_ms":7.9,"ids":{"error_id":"e-1","async_job_id":null,)"
    R"("resource_id":["r1","r2"]},"request":{"headers":{"Authorization":"Bearer s3cret"},)"
    R"("body":null}})";

std::string with_ts(const std::string& rest) {
  return R"({"ts":"2026-11-20T08:15:30Z")" + (rest.empty() ? "" : "," + rest) + "}";
}

BOOST_AUTO_TEST_CASE(the_native_format_gives_all_fields) {
  MapperAtWork work;
  for (int round = 0; round < 2; ++round) {  // the second time its shape is known
    const Seen seen = look(work.map(kLine));
    BOOST_TEST(seen.reject == "");
    BOOST_TEST(seen.call.ts == 1'795'162'530'123'456'000);
    BOOST_TEST(seen.call.ts_digits == 6);
    BOOST_TEST(seen.call.status == 404);
    BOOST_TEST(seen.call.duration_ns == 7'900'000);
    BOOST_TEST(seen.account == "OCQ4JJ");
    BOOST_TEST(seen.method == "GET");
    BOOST_TEST(seen.endpoint == "/api/profiles/{id}");
    BOOST_TEST(seen.path == "/api/profiles/01HZY?x=1");
    BOOST_TEST(seen.revision == "2026-10-15");
    BOOST_TEST(seen.call_id == "9fbd95f4");
    BOOST_TEST(seen.source == "test");
    BOOST_TEST(seen.ids == "error_id=e-1 resource_id=r1 resource_id=r2");
    std::string redacted = kLine;
    redacted.replace(redacted.find("Bearer s3cret"), 13, "[redacted]");
    BOOST_TEST(seen.line == redacted);
  }
}

BOOST_AUTO_TEST_CASE(a_line_without_fields_is_a_call) {
  MapperAtWork work;
  const Seen seen = look(work.map(with_ts("")));
  BOOST_TEST(seen.reject == "");
  BOOST_TEST(seen.account == "");
  BOOST_TEST(seen.endpoint == "");
  BOOST_TEST(seen.call.status == storage::kNoStatus);
  BOOST_TEST(seen.call.duration_ns == storage::kNoDuration);
}

BOOST_AUTO_TEST_CASE(statuses_are_whole_numbers_of_three_digits) {
  MapperAtWork work;
  const std::vector<std::pair<std::string, int>> cases = {{"200", 200},
                                                          {"\"404\"", 404},
                                                          {"999", 999},
                                                          {"100", 100},
                                                          {"99", 0},
                                                          {"1000", 0},
                                                          {"0", 0},
                                                          {"-200", 0},
                                                          {"null", 0},
                                                          {"true", 0},
                                                          {"\"4 4\"", 0},
                                                          {"200.0", 200},
                                                          {"2e2", 200},
                                                          {"\"\"", 0},
                                                          {"[500]", 500},
                                                          {"{}", 0},
                                                          {"\"20\\u0030\"", 200},
                                                          {"503.0", 503},
                                                          {"503.000", 503},
                                                          {"5.03E+2", 503},
                                                          {"50300e-2", 503},
                                                          {"503.5", 0},
                                                          {"503.0000001", 0},
                                                          {"1e3", 0},
                                                          {"99.0", 0},
                                                          {"-503.0", 0},
                                                          {"1e99999999999", 0},
                                                          {"\"200.0\"", 200},
                                                          {"\"2e2\"", 200},
                                                          {"\" 200 \"", 200},
                                                          {"\"+200\"", 200},
                                                          {"\"0200\"", 200},
                                                          {"\"200 OK\"", 200},
                                                          {"\"404.0 Not Found\"", 404},
                                                          {"\"HTTP/1.1 200 OK\"", 200},
                                                          {"\"HTTP/2 502\"", 502},
                                                          {"\"HTTP/1.1\"", 0},
                                                          {"\"200OK\"", 0},
                                                          {"\"OK\"", 0},
                                                          {"\"-\"", 0}};
  for (const auto& [text, status] : cases) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(look(work.map(with_ts("\"status\":" + text))).call.status == status);
    }
  }
}

BOOST_AUTO_TEST_CASE(rejects_say_why) {
  MapperAtWork work;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"hello", "not-json"},
      {"{", "not-json"},
      {R"({"ts":"2026-11-20T08:15:30Z"} x)", "not-json"},
      {R"({"ts":"2026-11-20T08:15:30Z"}{})", "not-json"},
      {"{\"ts\":\"a\tb\"}", "bad-time"},
      {"{\"ts\":\"\xff\"}", "bad-time"},
      {"{\"ts\":\xff}", "not-utf8"},
      {"\xff", "not-utf8"},
      {"[]", "not-object"},
      {R"([{"ts":1}])", "not-object"},
      {"17", "not-object"},
      {"\"x\"", "not-object"},
      {"{}", "no-time"},
      {R"({"ts":null})", "no-time"},
      {R"({"ts":""})", "no-time"},
      {R"({"ts":{"at":1}})", "no-time"},
      {R"({"ts":"yesterday"})", "bad-time"},
      {R"({"ts":true})", "bad-time"},
      {R"({"ts":"2026-02-30T00:00:00Z"})", "bad-time"},
      {R"({"ts":"2025-10-16T11:59:59Z"})", "too-old"},
      {R"({"ts":"2026-11-20T13:00:00.000000001Z"})", "future"},
      {R"({"ts":"2026-11-20T13:00:00Z"})", ""},
      {R"({"ts":"2025-10-16T12:00:00Z"})", ""},
      {"", "nothing"},
      {" \t\r", "nothing"}};
  for (const auto& [line, reason] : cases) {
    BOOST_TEST_CONTEXT(line) { BOOST_TEST(look(work.map(line)).reject == reason); }
  }
  const Counters& counters = work.mapper().counters();
  BOOST_TEST(counters.lines == 23U);
  BOOST_TEST(counters.calls == 2U);
  BOOST_TEST(counters.rejected_total() == 21U);
  BOOST_TEST(counters.rejected[static_cast<std::size_t>(Reason::not_utf8)] == 2U);
}

// Calls that may be kept are never too old; other calls are counted up to an age of 400 days.
BOOST_AUTO_TEST_CASE(retention_limits_the_age_of_calls) {
  config::Config config = config::default_config();
  const auto oldest = [&](std::uint32_t days) {
    config.retention.days = days;
    return mapper_settings(config, config.sources[0]).max_age / kNsPerDay;
  };
  BOOST_TEST(oldest(14) == 400);
  BOOST_TEST(oldest(399) == 400);
  BOOST_TEST(oldest(1000) == 1001);
  BOOST_TEST(oldest(3650) == 3651);
}

BOOST_AUTO_TEST_CASE(a_reject_knows_its_place) {
  MapperAtWork work;
  storage::Append append;
  work.mapper().map_copy("oops", 4711, kNow, append);
  work.mapper().map_cut_off("{\"a", 5000, kNow, append);
  BOOST_REQUIRE(append.rejects.size() == 2U);
  BOOST_TEST(append.rejects[0].offset == 4711U);
  BOOST_TEST(append.rejects[0].source == "test");
  BOOST_TEST(append.rejects[0].bytes == "oops");
  BOOST_TEST(append.rejects[0].at == kNow);
  BOOST_TEST(append.rejects[1].reason == "too-long");
}

BOOST_AUTO_TEST_CASE(bytes_outside_the_braces_are_ignored) {
  MapperAtWork work;
  const std::string object = R"({ "ts" : "2026-11-20T08:15:30Z" ,)"
                             "\r"
                             R"("a":1})";
  const Seen seen = look(work.map("\xef\xbb\xbf \t" + object + " \r"));
  std::string expected = object;
  expected[expected.find('\r')] = ' ';
  BOOST_TEST(seen.line == expected);
}

BOOST_AUTO_TEST_CASE(of_equal_names_the_first_counts) {
  MapperAtWork work;
  const Seen seen = look(work.map(
      with_ts(R"("account":"a","account":"b","ids":{"error_id":"1"},"ids":{"error_id":"2"})")));
  BOOST_TEST(seen.account == "a");
  BOOST_TEST(seen.ids == "error_id=1");
}

BOOST_AUTO_TEST_CASE(names_and_values_are_decoded) {
  MapperAtWork work;
  const std::string line =
      with_ts(R"("acc\u006funt":"A\u0026B","path":"\/api\/x\/","ids":{"error_id":"\ud83d\ude00"})");
  const Seen seen = look(work.map(line));
  BOOST_TEST(seen.account == "A&B");
  BOOST_TEST(seen.path == "/api/x/");
  BOOST_TEST(seen.endpoint == "/api/x");
  BOOST_TEST(seen.ids == "error_id=\xf0\x9f\x98\x80");
  BOOST_TEST(seen.line == line);
}

MapperSettings shop() {
  MapperSettings settings;
  settings.source = "shop";
  config::Format& format = settings.format;
  format.ts = {"/t", "/time"};
  format.account = {"/tenant", "/user/org", "/headers/X-Account"};
  format.status = {"/http/status", "/code"};
  format.path = {"/uri"};
  format.duration = {"/took"};
  format.duration_unit = config::DurationUnit::s;
  format.ids = {{"call_id", {"/rid"}}, {"order_id", {"/order/id", "/orders"}}};
  format.only = {{{"/kind", {"access", "7"}}}};
  format.endpoints = {"/orders/{order}/items"};
  return settings;
}

BOOST_AUTO_TEST_CASE(the_first_pointer_that_is_present_and_not_null_wins) {
  MapperAtWork work(shop());
  const std::string head = R"({"kind":"access","t":1795162530,)";
  BOOST_TEST(look(work.map(head + R"("tenant":"a","user":{"org":"b"}})")).account == "a");
  BOOST_TEST(look(work.map(head + R"("user":{"org":"b"},"tenant":"a"})")).account == "a");
  BOOST_TEST(look(work.map(head + R"("user":{"org":"b"},"tenant":null})")).account == "b");
  BOOST_TEST(look(work.map(head + R"("user":{"org":"b"},"tenant":"x"})")).account == "x");
  BOOST_TEST(look(work.map(head + R"("headers":{"X-Account":["h","i"]}})")).account == "h");
  BOOST_TEST(look(work.map(head + R"("code":500,"http":{"status":null}})")).call.status == 500);
  BOOST_TEST(look(work.map(head + R"("code":500,"http":{"status":201}})")).call.status == 201);
}

BOOST_AUTO_TEST_CASE(lines_that_are_not_calls_are_skipped_and_counted) {
  MapperAtWork work(shop());
  BOOST_TEST(look(work.map(R"({"kind":"access","t":1795162530})")).reject == "");
  BOOST_TEST(look(work.map(R"({"kind":"\u0061ccess","t":1795162530})")).reject == "");
  BOOST_TEST(look(work.map(R"({"kind":7,"t":1795162530})")).reject == "");
  BOOST_TEST(look(work.map(R"({"kind":"other"})")).reject == "skip");
  BOOST_TEST(look(work.map(R"({"kind":null,"t":1795162530})")).reject == "skip");
  BOOST_TEST(look(work.map(R"({"kind":{"a":1}})")).reject == "skip");
  BOOST_TEST(look(work.map(R"({})")).reject == "skip");
  BOOST_TEST(work.mapper().counters().skipped == 4U);
}

BOOST_AUTO_TEST_CASE(ids_may_be_in_arrays_and_in_several_places) {
  MapperAtWork work(shop());
  const Seen seen = look(work.map(
      R"({"kind":"access","t":1795162530,"rid":["c1","c2"],"orders":["x",null,7,"",["y"],"z"],)"
      R"("order":{"id":12}})"));
  BOOST_TEST(seen.call_id == "c1");
  BOOST_TEST(seen.ids == "order_id=x order_id=7 order_id=z order_id=12");
}

BOOST_AUTO_TEST_CASE(a_sources_account_is_that_of_all_its_calls) {
  MapperSettings settings = shop();
  settings.account = "fixed";
  MapperAtWork work(settings);
  BOOST_TEST(look(work.map(R"({"kind":"access","t":1795162530,"tenant":"a"})")).account == "fixed");
}

BOOST_AUTO_TEST_CASE(durations_are_exact) {
  MapperAtWork work(shop());
  const std::vector<std::pair<std::string, std::int64_t>> cases = {
      {"0.000929675", 929'675},
      {"\"0.005\"", 5'000'000},
      {"1e-9", 1},
      {"2.5E-9", 3},
      {"12.0", 12'000'000'000},
      {"\"1.2e1\"", 12'000'000'000},
      {"\" 12 \"", 12'000'000'000},
      {"\"+12\"", 12'000'000'000},
      {"\"00.5\"", 500'000'000},
      {"\"0\\u002e5\"", 500'000'000},
      {"0", 0},
      {"-0", 0},
      {"-1", storage::kNoDuration},
      {"1e400", storage::kNoDuration},
      {"\"-\"", storage::kNoDuration},
      {"123456789.123456789", 123'456'789'123'456'789}};
  for (const auto& [text, ns] : cases) {
    BOOST_TEST_CONTEXT(text) {
      const std::string line = R"({"kind":"access","t":1795162530,"took":)" + text + "}";
      BOOST_TEST(look(work.map(line)).call.duration_ns == ns);
    }
  }
}

BOOST_AUTO_TEST_CASE(epochs_are_accepted_in_any_notation) {
  MapperAtWork work;
  for (const std::string ts : {"1795162530", "1795162530.0", "1.79516253e9", "\"1795162530\"",
                               "\" 1795162530.000 \"", "\"+1795162530\"", "1795162530000",
                               "1795162530000.0", "1.79516253e12", "\"1.795162530E+15\""}) {
    BOOST_TEST_CONTEXT(ts) {
      BOOST_TEST(look(work.map("{\"ts\":" + ts + "}")).call.ts == 1'795'162'530 * kNsPerSecond);
    }
  }
}

// Caps apply to rollups only: a call can always be found by its own values.
BOOST_AUTO_TEST_CASE(a_call_keeps_its_keys_after_any_other_calls) {
  config::Config config = config::default_config();
  config.limits.max_accounts = 1;
  config.limits.max_endpoints = 1;
  config.limits.max_methods = 1;
  config.limits.max_revisions = 1;
  MapperAtWork work("fortnight", config);
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    const Seen seen =
        look(work.map(with_ts("\"account\":\"A" + n + "\",\"method\":\"M" + n +
                              "\",\"path\":\"/scan/x" + n + "y\",\"revision\":\"r" + n + "\"")));
    BOOST_REQUIRE_EQUAL(seen.account, "A" + n);
    BOOST_REQUIRE_EQUAL(seen.method, "M" + n);
    BOOST_REQUIRE_EQUAL(seen.endpoint, "/scan/x" + n + "y");
    BOOST_REQUIRE_EQUAL(seen.revision, "r" + n);
  }
  const std::string account(100'000, 'a');
  BOOST_TEST(look(work.map(with_ts("\"account\":\"" + account + "\""))).account == account);
  BOOST_TEST(look(work.map(with_ts("\"account\":\"(other)\""))).account == "(other)");
}

BOOST_AUTO_TEST_CASE(batches_are_distinguished) {
  MapperAtWork work;
  MapperAtWork other(shop());
  storage::Append append;
  const std::string odd = with_ts("\"account\":\"a\",\"ids\":{\"metric_id\":\"m\"}");
  work.mapper().map_copy(kLine, 0, kNow, append);
  other.mapper().map_copy(R"({"kind":"access","t":1795162530,"order":{"id":"o"}})", 0, kNow,
                          append);
  work.mapper().map_copy(kLine, 0, kNow, append);
  BOOST_TEST(append.batch.shapes.size() == 2U);
  BOOST_TEST(look(append).ids == "error_id=e-1 resource_id=r1 resource_id=r2");
  const storage::Append taken = std::move(append);
  append = {};
  work.mapper().map_copy(odd, 0, kNow, append);
  work.mapper().map_copy(kLine, 0, kNow, append);
  BOOST_TEST(append.batch.shapes.size() == 2U);
  BOOST_TEST(look(append).ids == "error_id=e-1 resource_id=r1 resource_id=r2");
  BOOST_TEST(look(append).source == "test");
  append.batch.clear();
  work.mapper().map_copy(kLine, 0, kNow, append);
  BOOST_TEST(append.batch.shapes.size() == 1U);
  BOOST_TEST(look(append).source == "test");
  BOOST_TEST(taken.batch.calls.size() == 3U);
}

BOOST_AUTO_TEST_CASE(batches_share_a_shape_while_they_number_its_kinds_alike) {
  MapperAtWork work;
  MapperAtWork other(shop());
  const auto line_in = [&](storage::Append& append) {
    work.mapper().map_copy(kLine, 0, kNow, append);
    BOOST_TEST(look(append).ids == "error_id=e-1 resource_id=r1 resource_id=r2");
    return append.batch.shapes.back();
  };
  storage::Append first;
  storage::Append second;
  const auto shared = line_in(first);
  BOOST_TEST(line_in(second) == shared);

  storage::Append behind_another;  // its batch numbers other kinds first
  other.mapper().map_copy(R"({"kind":"access","t":1795162530,"order":{"id":"o"}})", 0, kNow,
                          behind_another);
  BOOST_TEST(line_in(behind_another) != shared);
  storage::Append third;
  line_in(third);
  BOOST_TEST(look(first).ids == "error_id=e-1 resource_id=r1 resource_id=r2");
}

BOOST_AUTO_TEST_CASE(lines_with_too_many_holes_are_kept_plain) {
  MapperAtWork work;
  std::string items = "0";
  for (int i = 1; i < 5000; ++i) items += "," + std::to_string(i);
  const std::string line =
      with_ts(R"("account":"A\u0031","status":201,"ids":{"resource_id":["a","b\n"]},"items":[)" +
              items + "]");
  const storage::Append append = work.map(line);
  const Seen seen = look(append);
  BOOST_TEST(append.batch.shapes.at(0)->plain());
  BOOST_TEST(seen.line == line);
  BOOST_TEST(seen.account == "A1");
  BOOST_TEST(seen.call.status == 201);
  BOOST_TEST(seen.ids == "resource_id=a resource_id=b\n");
  BOOST_TEST(seen.source == "test");
}

BOOST_AUTO_TEST_CASE(repeated_calls_are_dropped_and_counted) {
  const std::string first = R"({"ts":"2026-11-20T11:00:00Z","account":"a","call_id":"1"})";
  const std::string other = R"({"ts":"2026-11-20T11:00:00Z","account":"b","call_id":"1"})";
  const std::string without_id = R"({"ts":"2026-11-20T11:00:00Z","account":"a"})";
  const std::string refused = R"({"ts":"no time","account":"a","call_id":"2"})";
  RecentCalls recent(2);
  MapperAtWork work;
  work.mapper().drop_duplicates(&recent);
  const auto calls_of = [&](const std::string& line) { return work.map(line).batch.calls.size(); };
  BOOST_TEST(calls_of(first) == 1U);
  BOOST_TEST(calls_of(first) == 0U);
  BOOST_TEST(calls_of(other) == 1U);
  BOOST_TEST(calls_of(without_id) == 1U);
  BOOST_TEST(calls_of(without_id) == 1U);
  BOOST_TEST(calls_of(refused) == 0U);
  BOOST_TEST(calls_of(R"({"ts":"2026-11-20T11:00:00Z","account":"a","call_id":"\u0031"})") == 0U);
  BOOST_TEST(work.mapper().counters().duplicates == 2U);
  BOOST_TEST(work.mapper().counters().calls == 4U);
  BOOST_TEST(work.mapper().counters().lines == 7U);
  work.mapper().drop_duplicates(nullptr);
  BOOST_TEST(calls_of(first) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
