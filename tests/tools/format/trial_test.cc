#include "tools/format/trial.h"

#include <boost/test/unit_test.hpp>

#include "tests/tools/format/format_files.h"
#include "tools/format/commands.h"

namespace fortnight::format {
BOOST_AUTO_TEST_SUITE(format_trial)

namespace {

constexpr const char* kLines =
    R"({"ts":"2026-11-20T08:15:30.125Z","account":"acme","method":"GET","path":"/a/7",)"
    R"("status":404,"duration_ms":1.5,"call_id":"c1","ids":{"error_id":["e1","e2"]}})"
    "\n\n"
    R"({"ts":"2026-11-20T08:15:31Z","path":"/a"})"
    "\n"
    R"({"ts":"yesterday","password":"hunter2"})"
    "\n"
    R"({"path":"/b"})"
    "\n"
    R"({"ts":"2026-11-01T00:00:00Z","path":"/old"})"
    "\n"
    R"({"ts":"2020-11-01T00:00:00Z","path":"/older"})"
    "\n"
    R"({"ts":"2026-11-21T00:00:00Z","path":"/ahead"})";

TrialReport report_of(const std::string& text, const ChosenFormat& chosen, std::size_t shown = 3) {
  const SampleFile file(text);
  Trial trial(chosen, "shop", kTestNow, shown);
  SampleReader sample = SampleReader::open(file.path(), config::kMiB).value();
  sample.for_each([&](const Line& line) { trial.take(line); }).value();
  return trial.report();
}

}  // namespace

BOOST_AUTO_TEST_CASE(counts_what_comes_out_of_all_lines) {
  const TrialReport report = report_of(kLines, choose_format("fortnight", "").value(), 1);
  BOOST_TEST(report.lines == 7U);  // a blank line is none
  BOOST_TEST(report.calls == 5U);
  BOOST_TEST(report.rejected == 2U);
  BOOST_TEST(report.calls_with("path") == 5U);
  BOOST_TEST(report.calls_with("endpoint") == 5U);
  BOOST_TEST(report.calls_with("status") == 1U);
  BOOST_TEST(report.ids.at("error_id") == 2U);
  BOOST_TEST(report.ids.at("metric_id") == 0U);
  BOOST_TEST(report.past_retention == 1U);
  BOOST_TEST(report.too_old == 1U);
  BOOST_TEST(report.future == 1U);
  BOOST_REQUIRE(report.first.size() == 1U);
  const SeenCall& call = report.first.front();
  BOOST_TEST(call.line == 1U);
  BOOST_TEST(call.field("ts") == "2026-11-20T08:15:30.125Z");
  BOOST_TEST(call.field("endpoint") == "/a/{id}");
  BOOST_TEST(call.field("status") == "404");
  BOOST_TEST(call.field("duration_ms") == "1.5");
  BOOST_TEST(call.field("revision").empty());
  BOOST_TEST(call.ids.size() == 2U);
}

BOOST_AUTO_TEST_CASE(the_first_line_of_each_reason_is_kept_without_secrets) {
  const TrialReport report = report_of(kLines, choose_format("fortnight", "").value());
  BOOST_REQUIRE(report.refused.contains("bad-time"));
  const Refused& bad = report.refused.at("bad-time");
  BOOST_TEST(bad.first_line == 4U);
  BOOST_TEST(bad.lines == 1U);
  BOOST_TEST(bad.bytes.find("yesterday") != std::string::npos);
  BOOST_TEST(bad.bytes.find("hunter2") == std::string::npos);
  BOOST_TEST(report.refused.at("no-time").first_line == 5U);
}

// More calls than a batch of the trial has.
BOOST_AUTO_TEST_CASE(long_samples_are_counted_whole) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) {
    text += R"({"ts":"2026-11-20T08:15:30Z","method":"GET","path":"/a","status":200})"
            "\n";
  }
  const TrialReport report = report_of(text, choose_format("fortnight", "").value());
  BOOST_TEST(report.calls == 10'000U);
  BOOST_TEST(report.calls_with("status") == 10'000U);
  BOOST_TEST(report.first.size() == 3U);
  BOOST_TEST(report.first.back().line == 3U);
}

BOOST_AUTO_TEST_CASE(a_format_is_a_preset_or_a_file_or_in_a_configuration) {
  BOOST_TEST(choose_format("caddy", "").value().name == "caddy");
  const SampleFile alone("ts: /at\nids: {order_id: /order}\n", "my-shop.yaml");
  const ChosenFormat of_file = choose_format(alone.path(), "").value();
  BOOST_TEST(of_file.name == "my-shop");
  BOOST_TEST(of_file.config.formats.contains("my-shop"));
  const SampleFile config("retention: {days: 3}\nformats: {shop: {ts: /at}}\n", "f.yaml");
  BOOST_TEST(choose_format(config.path(), "").value().name == "shop");
  const ChosenFormat named = choose_format("shop", config.path()).value();
  BOOST_TEST(named.config.retention.days == 3U);
  BOOST_TEST(choose_format("nginx", config.path()).value().name == "nginx");
  const SampleFile source("sources: [{tail: {paths: [/a], format: nginx}}]\n", "s.yaml");
  BOOST_TEST(choose_format(source.path(), "").value().name == "nginx");
}

BOOST_AUTO_TEST_CASE(wrong_formats_are_named) {
  const auto message = [](const std::string& format, const std::string& config) {
    const auto chosen = choose_format(format, config);
    BOOST_REQUIRE(!chosen);
    BOOST_TEST((chosen.error().code == ErrorCode::invalid));
    return chosen.error().message;
  };
  BOOST_TEST(message("ngnix", "").find("did you mean nginx?") != std::string::npos);
  BOOST_TEST(message("no/such/file.yaml", "").find("known are") != std::string::npos);
  const SampleFile two("formats: {a: {ts: /a}, b: {ts: /b}}\n", "two.yaml");
  BOOST_TEST(message(two.path(), "").find("2 formats (a, b)") != std::string::npos);
  BOOST_TEST(message("c", two.path()).find("no format \"c\"") != std::string::npos);
  const SampleFile typo("tss: /at\n", "typo.yaml");
  BOOST_TEST(message(typo.path(), "").find("typo.yaml:1:1") != std::string::npos);
  const SampleFile broken("ts: [\n", "broken.yaml");
  BOOST_TEST(message(broken.path(), "").find("broken.yaml") != std::string::npos);
  BOOST_TEST(message("x", "/no/such").find("can't be read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_view_says_what_is_missing_and_what_is_refused) {
  const SampleFile file(kLines);
  Output output;
  output.terminal = {};
  const Answered answered = try_format({"fortnight", file.path(), "", 2}, kTestNow, output).value();
  BOOST_TEST(!answered.fine);
  for (const char* const text :
       {"line 1\n", "line 3\n", "  status      none\n",
        "7 lines with format fortnight: 5 calls, 2 rejected",
        "1 line rejected as bad-time, the first is line 4", "older than 14 days",
        "too old even to be counted", "ahead of the clock"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(answered.text.find(text) != std::string::npos); }
  }
  BOOST_TEST(answered.text.find("line 6\n") == std::string::npos);
  output.json = true;
  const std::string json =
      try_format({"fortnight", file.path(), "", 1}, kTestNow, output).value().text;
  BOOST_TEST(
      json.starts_with(R"({"format":"fortnight","lines":7,"calls":5,"skipped":0,"rejected":2)"));
  BOOST_TEST(json.find(R"("missing":{"ts":0,"account":4,)") != std::string::npos);
  BOOST_TEST(json.find(R"("first":[{"line":1,"ts":"2026-11-20T08:15:30.125Z",)") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_sample_of_calls_is_fine) {
  const SampleFile file(R"({"ts":"2026-11-20T08:15:30Z","method":"GET","path":"/a","status":200})");
  BOOST_TEST(try_format({"fortnight", file.path(), "", 1}, kTestNow, {}).value().fine);
  const SampleFile empty("");
  BOOST_TEST(!try_format({"fortnight", empty.path(), "", 1}, kTestNow, {}).value().fine);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
