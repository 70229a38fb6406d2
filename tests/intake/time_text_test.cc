#include "intake/time_text.h"

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(time_text)

namespace {

using config::TimeFormat;

struct Case {
  TimeFormat format;
  std::string text;
  std::int64_t ns;
  int digits;
};

constexpr std::int64_t kS = 1'000'000'000;
constexpr std::int64_t kInstant = 1'795'162'530;  // 2026-11-20T08:15:30Z

BOOST_AUTO_TEST_CASE(texts_that_are_times) {
  const std::vector<Case> cases = {
      {TimeFormat::rfc3339, "2026-11-20T08:15:30Z", kInstant * kS, 0},
      {TimeFormat::rfc3339, "2026-11-20t08:15:30z", kInstant * kS, 0},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30.5Z", kInstant * kS + 500'000'000, 1},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30.123456789Z", kInstant * kS + 123'456'789, 9},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30.123456789999Z", kInstant * kS + 123'456'789, 9},
      {TimeFormat::rfc3339, "2026-11-20T09:15:30+01:00", kInstant * kS, 0},
      {TimeFormat::rfc3339, "2026-11-20T00:15:30-0800", kInstant * kS, 0},
      {TimeFormat::rfc3339, "2026-11-20T13:45:30.000+05:30", kInstant * kS, 3},
      {TimeFormat::rfc3339, "2024-02-29T00:00:00Z", 1'709'164'800 * kS, 0},
      {TimeFormat::rfc3339, "1970-01-01T00:00:00Z", 0, 0},
      {TimeFormat::rfc3339, "1969-12-31T23:59:59.9Z", -100'000'000, 1},
      {TimeFormat::rfc3339, "2016-12-31T23:59:60Z", 1'483'228'800 * kS - 1, 0},
      {TimeFormat::rfc3339, "2016-12-31T23:59:60.5Z", 1'483'228'800 * kS - 1, 1},
      {TimeFormat::date_time, "2026-11-20 08:15:30", kInstant * kS, 0},
      {TimeFormat::date_time, "2026-11-20 08:15:30,123", kInstant * kS + 123'000'000, 3},
      {TimeFormat::date_time, "2026-11-20T08:15:30.1", kInstant * kS + 100'000'000, 1},
      {TimeFormat::date_time, "2026-11-20 09:15:30 +0100", kInstant * kS, 0},
      {TimeFormat::clf, "20/Nov/2026:08:15:30 +0000", kInstant * kS, 0},
      {TimeFormat::clf, "20/Nov/2026:03:15:30 -0500", kInstant * kS, 0},
      {TimeFormat::unix_s, "1795162530", kInstant * kS, 0},
      {TimeFormat::unix_s, "1795162530.5241024", kInstant * kS + 524'102'400, 7},
      {TimeFormat::unix_s, "1795162530.0000000019", kInstant * kS + 1, 9},
      {TimeFormat::unix_s, "1.79516253e9", kInstant * kS, 0},
      {TimeFormat::unix_ms, "1795162530123", kInstant * kS + 123'000'000, 3},
      {TimeFormat::unix_ms, "1795162530123.45", kInstant * kS + 123'450'000, 5},
      {TimeFormat::unix_us, "1795162530123456", kInstant * kS + 123'456'000, 6},
      {TimeFormat::unix_ns, "1795162530123456789", kInstant * kS + 123'456'789, 9},
      {TimeFormat::automatic, "2026-11-20T08:15:30.25Z", kInstant * kS + 250'000'000, 2},
      {TimeFormat::automatic, "20/Nov/2026:08:15:30 +0000", kInstant * kS, 0},
      {TimeFormat::automatic, "1795162530", kInstant * kS, 0},
      {TimeFormat::automatic, "1795162530.25", kInstant * kS + 250'000'000, 2},
      {TimeFormat::automatic, "1795162530123", kInstant * kS + 123'000'000, 3},
      {TimeFormat::automatic, "1795162530123456", kInstant * kS + 123'456'000, 6},
      {TimeFormat::automatic, "1795162530123456789", kInstant * kS + 123'456'789, 9}};
  for (const Case& c : cases) {
    BOOST_TEST_CONTEXT(c.text) {
      TimeParser parser(c.format);
      for (int round = 0; round < 2; ++round) {
        const auto time = parser.parse(c.text);
        BOOST_REQUIRE(time.has_value());
        BOOST_TEST(time->ns == c.ns);
        BOOST_TEST(time->digits == c.digits);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(texts_that_are_not_times) {
  const std::vector<std::pair<TimeFormat, std::string>> cases = {
      {TimeFormat::rfc3339, "2026-11-20 08:15:30Z"},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30"},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30.Z"},
      {TimeFormat::rfc3339, "2026-11-20T08:15Z"},
      {TimeFormat::rfc3339, "2026-11-20T24:00:00Z"},
      {TimeFormat::rfc3339, "2026-11-20T08:60:00Z"},
      {TimeFormat::rfc3339, "2026-11-20T08:15:61Z"},
      {TimeFormat::rfc3339, "2026-02-29T08:15:30Z"},
      {TimeFormat::rfc3339, "2026-13-01T08:15:30Z"},
      {TimeFormat::rfc3339, "2026-00-01T08:15:30Z"},
      {TimeFormat::rfc3339, "2026-11-00T08:15:30Z"},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30+24:00"},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30+01"},
      {TimeFormat::rfc3339, "2026-11-20T08:15:30Z "},
      {TimeFormat::rfc3339, "1677-11-20T08:15:30Z"},
      {TimeFormat::rfc3339, "9999-12-31T23:59:59Z"},
      {TimeFormat::rfc3339, "-026-11-20T08:15:30Z"},
      {TimeFormat::rfc3339, "1795162530"},
      {TimeFormat::rfc3339, ""},
      {TimeFormat::clf, "20/Xov/2026:08:15:30 +0000"},
      {TimeFormat::clf, "20/anF/2026:08:15:30 +0000"},
      {TimeFormat::clf, "31/Nov/2026:08:15:30 +0000"},
      {TimeFormat::clf, "20/Nov/2026:08:15:30"},
      {TimeFormat::unix_s, "1e400"},
      {TimeFormat::unix_s, "now"},
      {TimeFormat::unix_s, "1795162530123456789"},
      {TimeFormat::unix_ms, "2026-11-20T08:15:30Z"},
      {TimeFormat::automatic, "2026-11-20 08:15:30"},
      {TimeFormat::automatic, "true"},
      {TimeFormat::automatic, "/"}};
  for (const auto& [format, text] : cases) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!TimeParser(format).parse(text).has_value()); }
  }
}

BOOST_AUTO_TEST_CASE(days_follow_each_other) {
  TimeParser parser(TimeFormat::rfc3339);
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  std::int64_t expected = 0;
  for (int year = 1970; year < 2200; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (int month = 1; month <= 12; ++month) {
      const int days = kDays[month - 1] + (leap && month == 2 ? 1 : 0);
      for (int day = 1; day <= days; ++day) {
        char text[40];
        std::snprintf(text, sizeof(text), "%04d-%02d-%02dT00:00:00Z", year, month, day);
        const auto time = parser.parse(text);
        BOOST_REQUIRE(time.has_value());
        BOOST_REQUIRE(time->ns == expected);
        expected += kNsPerDay;
      }
      char after[40];
      std::snprintf(after, sizeof(after), "%04d-%02d-%02dT00:00:00Z", year, month, days + 1);
      BOOST_REQUIRE(!parser.parse(after).has_value());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
