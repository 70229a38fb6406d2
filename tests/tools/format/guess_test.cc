#include "tools/format/guess.h"

#include <boost/test/unit_test.hpp>

#include "tests/tools/format/format_files.h"
#include "tools/format/commands.h"

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
