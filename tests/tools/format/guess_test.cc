#include "tools/format/guess.h"

#include <boost/test/unit_test.hpp>

#include "tests/tools/format/format_files.h"
#include "tools/format/commands.h"
#include "tools/format/proposal_text.h"

namespace fortnight::format {
BOOST_AUTO_TEST_SUITE(format_guess)

namespace {

std::string repeated(const std::string& line, int times = 10) {
  std::string text;
  for (int i = 0; i < times; ++i) text += line + "\n";
  return text;
}

Guess guess_of(const std::string& text) {
  const SampleFile file(text);
  SampleReader sample = SampleReader::open(file.path(), config::kMiB).value();
  return guess(sample, file.path(), kTestNow).value();
}

std::string preset_of(const std::string& line) {
  const Guess found = guess_of(repeated(line));
  return found.preset() == nullptr ? "none" : found.preset()->name;
}

constexpr const char* kShop =
    R"({"at":"2026-11-20T08:15:30Z","verb":"GET","target":"/a/7","outcome":{"code":200}})";

}  // namespace

BOOST_AUTO_TEST_CASE(presets_are_recognised) {
  BOOST_TEST(
      preset_of(
          R"({"level":"info","ts":1795162530.5,"logger":"http.log.access","msg":"handled )"
          R"(request","request":{"method":"GET","uri":"/a"},"duration":0.01,"status":200})") ==
      "caddy");
  BOOST_TEST(
      preset_of(R"({"EdgeStartTimestamp":1795162530000000000,"ClientRequestHost":"a.example",)"
                R"("ClientRequestMethod":"GET","ClientRequestURI":"/a","EdgeResponseStatus":200,)"
                R"("RayID":"87a1"})") == "cloudflare");
  BOOST_TEST(
      preset_of(R"({"ts":"2026-11-20T08:15:30Z","method":"GET","path":"/a","status":200})") ==
      "fortnight");
  BOOST_TEST(preset_of(kShop) == "none");
}

// A preset that reads seconds where the name says milliseconds isn't good, however much it finds.
BOOST_AUTO_TEST_CASE(a_preset_with_another_unit_is_not_good) {
  const Guess found = guess_of(
      repeated(R"({"timestamp":"2026-11-20T08:15:30Z","method":"GET","path":"/a","status":200,)"
               R"("duration":5})"));
  BOOST_REQUIRE(found.preset() != nullptr);
  BOOST_TEST(found.preset()->report.first.front().field("duration_ms") == "5");
}

BOOST_AUTO_TEST_CASE(a_mapping_is_what_the_daemon_would_read) {
  const Guess found = guess_of(repeated(kShop));
  BOOST_TEST(found.preset() == nullptr);
  BOOST_REQUIRE(found.has_mapping());
  BOOST_TEST(found.proposed.calls == 10U);
  BOOST_TEST(found.proposed.calls_with("status") == 10U);
  BOOST_TEST(found.mapping->name == "shop");
  BOOST_TEST(best_format(found)->name == "shop");
}

// Lines in each wrapping and form that the mapping language reads.
BOOST_AUTO_TEST_CASE(lines_are_found_within_what_surrounds_them) {
  const auto mapping_of = [](const std::string& text) {
    const Guess found = guess_of(text);
    BOOST_REQUIRE(found.has_mapping());
    BOOST_TEST(found.proposed.calls_with("path") == 10U);
    BOOST_TEST(found.proposed.calls_with("method") == 10U);
    return mapping_yaml(found.proposal, 0, false);
  };
  BOOST_TEST(mapping_of(repeated("2026-11-28T17:40:00.1+01:00 stdout F " + std::string(kShop))) ==
             "ts: /at\nmethod: /verb\npath: /target\nstatus: /outcome/code\n");
  BOOST_TEST(mapping_of(repeated("at=2026-11-20T08:15:30Z verb=GET target=/a/7 code=200")) ==
             "input: logfmt\nts: /at\nmethod: /verb\npath: /target\nstatus: /code\n");
  BOOST_TEST(mapping_of(repeated("192.0.2.1 - - [20/Nov/2026:08:15:30 +0000] \"GET /a HTTP/1.1\" "
                                 "200 512")) ==
             "input: text\nparts: {of: /message, as: clf}\nts: $ts\n");
  BOOST_TEST(mapping_of(repeated(R"({"at":"2026-11-20T08:15:30Z","line":"GET /a/7 HTTP/1.1",)"
                                 R"("code":"200"})")) ==
             "parts: {of: /line, as: request_line}\nts: /at\nstatus: /code\n");
  BOOST_TEST(mapping_of("{\"calls\":[" + std::string(kShop) + "]}\n" +
                        repeated("{\"calls\":[" + std::string(kShop) + "]}", 9)) ==
             "each: /calls\nts: /at\nmethod: /verb\npath: /target\nstatus: /outcome/code\n");
  BOOST_TEST(mapping_of(repeated(R"({"verb":"GET","target":"/a","code":200})")) ==
             "ts: [$time, $arrival]\nmethod: /verb\npath: /target\nstatus: /code\n");
  BOOST_TEST(mapping_of(repeated(R"({"at":"2026-11-20 08:15:30","verb":"GET","target":"/a"})")) ==
             "ts: {pointers: /at, zone: UTC}\nmethod: /verb\npath: /target\n");
}

BOOST_AUTO_TEST_CASE(secrets_are_not_shown) {
  const SampleFile file(
      repeated(R"({"at":"2026-11-20T08:15:30Z","verb":"GET","target":"/a?token=hunter2",)"
               R"("password":"GET"})"));
  const std::string text = guess_format({file.path(), true}, kTestNow, {}).value().text;
  BOOST_TEST(text.find("/a?token=[redacted]") != std::string::npos);
  BOOST_TEST(text.find("hunter2") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_answer_is_a_configuration) {
  const SampleFile file(repeated(kShop));
  const Answered answered = guess_format({file.path(), false}, kTestNow, {}).value();
  BOOST_TEST(answered.fine);
  const SampleFile saved(answered.text, "saved.yaml");
  const ChosenFormat chosen = choose_format(saved.path(), "").value();
  BOOST_TEST(chosen.name == "shop");
  BOOST_TEST(chosen.config.sources.size() == 1U);
  for (const char* const text : {"# No preset", "#   account: ", "method: /verb", "# Try it: "}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(answered.text.find(text) != std::string::npos); }
  }
  Output json;
  json.json = true;
  const std::string text = guess_format({file.path(), false}, kTestNow, json).value().text;
  BOOST_TEST(text.starts_with(R"({"lines":10,"preset":null,)"));
  BOOST_TEST(text.find(R"("method":{"pointer":"/verb")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_preset_can_be_declined) {
  const SampleFile file(
      repeated(R"({"ts":"2026-11-20T08:15:30Z","method":"GET","path":"/a","status":200})"));
  const std::string preset = guess_format({file.path(), false}, kTestNow, {}).value().text;
  BOOST_TEST(preset.find("format: fortnight}") != std::string::npos);
  BOOST_TEST(preset.find("formats:") == std::string::npos);
  const std::string mapping = guess_format({file.path(), true}, kTestNow, {}).value().text;
  BOOST_TEST(mapping.find("formats:\n  shop:\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_log_of_calls_is_said) {
  const auto answer = [](const std::string& text) {
    const SampleFile file(text);
    return guess_format({file.path(), false}, kTestNow, {}).value();
  };
  BOOST_TEST(!answer("").fine);
  BOOST_TEST(answer("plain text\n").text.find("No line is a JSON object") != std::string::npos);
  const Answered numbers = answer("{\"n\":1}\n{\"n\":2}\n");
  BOOST_TEST(!numbers.fine);
  BOOST_TEST(numbers.text.find("ts: no value is a time") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
