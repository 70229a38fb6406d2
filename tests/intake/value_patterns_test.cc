#include "intake/value_patterns.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "config/redact_patterns.h"
#include "tests/intake/mapping.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(value_patterns)

namespace {

const std::string kTime = R"({"ts":"2026-11-20T08:15:30Z",)";
const std::string kCard = R"(\b\d{13,16}\b)";
const std::string kMail = R"([a-z.]+@[a-z.]+\.example)";

config::Config matching(std::vector<std::string> patterns) {
  config::Config config = config::default_config();
  config.redact.patterns = std::move(patterns);
  return config;
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_are_searched_and_nothing_else) {
  MapperAtWork work("fortnight", matching({kCard, kMail}));
  for (int round = 0; round < 2; ++round) {
    const Seen seen = look(work.map(
        kTime +
        R"("a":"card 4111111111111111, mail jo@shop.example","n":4111111111111111,)"
        R"("4111111111111111":"b","short":411,"t":true,"z":null,"path":"/u/jo@x.example"})"));
    BOOST_TEST(seen.line == kTime + R"("a":"card [redacted], mail [redacted]","n":"[redacted]",)"
                                    R"("4111111111111111":"b","short":411,"t":true,"z":null,)"
                                    R"("path":"/u/[redacted]"})");
    BOOST_TEST(seen.path == "/u/[redacted]");
  }
}

BOOST_AUTO_TEST_CASE(escaped_values_are_searched_decoded) {
  MapperAtWork work("fortnight", matching({kMail}));
  const Seen seen = look(work.map(kTime + R"("a":"jo\u0040shop.example\n\"x\"","b":"\/"})"));
  BOOST_TEST(seen.line == kTime + R"("a":"[redacted]\n\"x\"","b":"\/"})");
}

BOOST_AUTO_TEST_CASE(a_pattern_may_tell_where_a_value_ends) {
  MapperAtWork work("fortnight", matching({R"(^\d{4}$)"}));
  const Seen seen = look(work.map(kTime + R"("pin":"1234","year":"in 2026","n":1234})"));
  BOOST_TEST(seen.line == kTime + R"("pin":"[redacted]","year":"in 2026","n":"[redacted]"})");
}

BOOST_AUTO_TEST_CASE(the_time_stays) {
  MapperAtWork work("fortnight", matching({R"(\d+)"}));
  const Seen seen = look(work.map(kTime + R"("call_id":"c12"})"));
  BOOST_TEST(seen.line == kTime + R"("call_id":"c[redacted]"})");
  BOOST_TEST(seen.call_id == "c[redacted]");
}

// A secret by name within a text, and text beside it that a pattern matches.
BOOST_AUTO_TEST_CASE(names_and_patterns_work_together) {
  MapperAtWork work("fortnight", matching({kMail}));
  const Seen seen = look(
      work.map(kTime + R"("u":"/x?token=s3cret&m=jo@shop.example","password":"jo@shop.example"})"));
  BOOST_TEST(seen.line ==
             kTime + R"("u":"/x?token=[redacted]&m=[redacted]","password":"[redacted]"})");
}

BOOST_AUTO_TEST_CASE(rejected_lines_are_searched_too) {
  MapperAtWork work("fortnight", matching({kMail}));
  for (const std::string line : {"no JSON of jo@shop.example", R"({"mail":"jo@shop.example"})"}) {
    const storage::Append append = work.map(line);
    BOOST_REQUIRE_EQUAL(append.rejects.size(), 1U);
    BOOST_TEST(append.rejects[0].bytes.find("jo@") == std::string::npos, append.rejects[0].bytes);
    BOOST_TEST(append.rejects[0].bytes.find("[redacted]") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(wrong_patterns_are_refused) {
  BOOST_TEST(config::redact_pattern_problem(kCard).empty());
  for (const auto* pattern : {"(", "[a", "a*", "", "(?=a)", "x|"}) {
    BOOST_TEST(!config::redact_pattern_problem(pattern).empty(), pattern);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::intake
