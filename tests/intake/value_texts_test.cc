// Durations, statuses, request lines and times as texts.
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <vector>

#include "intake/duration_text.h"
#include "intake/part_reader.h"
#include "intake/status_text.h"
#include "intake/time_text.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(value_texts)

namespace {

using config::DurationList;
using config::DurationUnit;
using config::TimeFormat;

BOOST_AUTO_TEST_CASE(durations_with_units) {
  const std::vector<std::pair<std::string, std::int64_t>> cases = {{"1.2ms", 1'200'000},
                                                                   {"1.234 ms", 1'234'000},
                                                                   {"12.3\xc2\xb5s", 12'300},
                                                                   {"12.3\xce\xbcs", 12'300},
                                                                   {"12us", 12'000},
                                                                   {"15ns", 15},
                                                                   {"0.012s", 12'000'000},
                                                                   {"1m2.5s", 62'500'000'000},
                                                                   {"1m 2.5s", 62'500'000'000},
                                                                   {"1h1m1s", 3'661'000'000'000},
                                                                   {"2 min", 120'000'000'000},
                                                                   {"0.5h", 1'800'000'000'000},
                                                                   {"1d", 86'400'000'000'000},
                                                                   {"00:01:02.5", 62'500'000'000},
                                                                   {"01:02.25", 62'250'000'000},
                                                                   {"PT1M2.5S", 62'500'000'000},
                                                                   {"PT0.012S", 12'000'000},
                                                                   {"P1DT1H", 90'000'000'000'000},
                                                                   {"P1D", 86'400'000'000'000},
                                                                   {"7.9", 7'900'000},
                                                                   {" 7 ", 7'000'000},
                                                                   {"0", 0}};
  for (const auto& [text, ns] : cases) {
    BOOST_TEST_CONTEXT(text) {
      const auto duration = parse_duration(text, DurationUnit::ms, DurationList::sum);
      BOOST_REQUIRE(duration.has_value());
      BOOST_TEST(*duration == ns);
    }
  }
  for (const std::string text :
       {"",     "-",         "ms",   "1.2.3ms", "1x",   "-1ms", "-1",       "1s1m",
        "1m1m", "1ms2",      "::",   "1:2:3:4", "a:b",  "1:",   "9999999d", "1e400s",
        "soon", "\xc2\xb5s", "1 2",  "P",       "PT",   "P1M",  "P1Y",      "PT1D",
        "P1H",  "PT1s",      "P1DT", "pt1s",    "PT1MS"}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(!parse_duration(text, DurationUnit::ms, DurationList::sum).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(lists_of_durations) {
  const auto ns = [](const std::string& text, DurationList list) {
    return parse_duration(text, DurationUnit::s, list).value_or(-1);
  };
  BOOST_TEST(ns("0.004, 0.007", DurationList::sum) == 11'000'000);
  BOOST_TEST(ns("0.004, 0.007", DurationList::first) == 4'000'000);
  BOOST_TEST(ns("0.004, 0.007", DurationList::last) == 7'000'000);
  BOOST_TEST(ns("0.004, 0.007 : 0.001", DurationList::sum) == 12'000'000);
  BOOST_TEST(ns("-, 0.007", DurationList::first) == 7'000'000);
  BOOST_TEST(ns("-, -", DurationList::sum) == -1);
  BOOST_TEST(ns("1ms,2ms", DurationList::sum) == 3'000'000);
  BOOST_TEST(ns("0.004, x", DurationList::sum) == -1);
  BOOST_TEST(ns("9000000000, 9000000000", DurationList::sum) == -1);
}

BOOST_AUTO_TEST_CASE(codes_of_grpc) {
  BOOST_TEST(status_of_grpc("0").value_or(0) == 200);
  BOOST_TEST(status_of_grpc("OK").value_or(0) == 200);
  BOOST_TEST(status_of_grpc("16").value_or(0) == 401);
  BOOST_TEST(status_of_grpc("Canceled").value_or(0) == 499);
  BOOST_TEST(status_of_grpc("PERMISSION_DENIED").value_or(0) == 403);
  BOOST_TEST(status_of_grpc("ResourceExhausted").value_or(0) == 429);
  for (const std::string code : {"17", "-1", "7.5", "", "no", "200"}) {
    BOOST_TEST(!status_of_grpc(code).has_value());
  }
}

BOOST_AUTO_TEST_CASE(request_lines) {
  const RequestLine line = parse_request_line("GET /a b?c HTTP/1.1");
  BOOST_TEST(line.method == "GET");
  BOOST_TEST(line.path == "/a b?c");
  BOOST_TEST(line.protocol == "HTTP/1.1");
  BOOST_TEST(parse_request_line("GET /a").path == "/a");
  BOOST_TEST(parse_request_line("CONNECT h:443 HTTP/1.1").path == "h:443");
  BOOST_TEST(parse_request_line("M-SEARCH * HTTP/1.1").method == "M-SEARCH");
  for (const std::string text : {"", "GET", "GET ", "GET  HTTP/1.1", "get / HTTP/1.1", " / x"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(parse_request_line(text).method.empty()); }
  }
}

BOOST_AUTO_TEST_CASE(clf_lines) {
  const ClfLine line = parse_clf_line(
      R"(2001:db8::1 - Jo Doe [20/Nov/2026:08:15:30 +0000] "GET /a\"b HTTP/1.1" 200 - )"
      R"("r" "u \" v" 7)");
  BOOST_TEST(line.client == "2001:db8::1");
  BOOST_TEST(line.user == "Jo Doe");
  BOOST_TEST(line.time == "20/Nov/2026:08:15:30 +0000");
  BOOST_TEST(line.request.path == R"(/a\"b)");
  BOOST_TEST(line.status == "200");
  BOOST_TEST(line.bytes == "-");
  BOOST_TEST(line.referer == "r");
  BOOST_TEST(line.user_agent == R"(u \" v)");
  const ClfLine bad = parse_clf_line(R"(h - - [20/Nov/2026:08:15:30 +0000] "-" 408 0)");
  BOOST_TEST(bad.status == "408");
  BOOST_TEST(bad.request.method == "");
  BOOST_TEST(bad.user_agent == "");
  for (const std::string text : {"", "h", "h - -", "h - - [x", "h - - [x] y", R"(h - - [x] "y)"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(parse_clf_line(text).client.empty()); }
  }
}

BOOST_AUTO_TEST_CASE(urls) {
  BOOST_TEST(parse_url("https://h:80/a?b").path == "/a?b");
  BOOST_TEST(parse_url("https://h:80/a?b").authority == "h:80");
  BOOST_TEST(parse_url("https://h").path == "/");
  BOOST_TEST(parse_url("https://h?q").path == "?q");
  BOOST_TEST(parse_url("/a?u=https://h/b").path == "/a?u=https://h/b");
  BOOST_TEST(parse_url("").path == "");
}

constexpr std::int64_t kInstant = 1'795'162'530 * kNsPerSecond;  // 2026-11-20T08:15:30Z
constexpr TimeNs kNoon = 1'795'176'000 * kNsPerSecond;           // 2026-11-20T12:00:00Z

BOOST_AUTO_TEST_CASE(times_that_say_their_zone) {
  for (const std::string text : {"2026-11-20 08:15:30Z",
                                 "2026-11-20T09:15:30+01",
                                 "2026-11-20 09:15:30 +0100",
                                 "2026-11-20 08:15:30 UTC",
                                 "2026-11-20 08:15:30 +0000 UTC",
                                 "2026-11-20 09:15:30 +0100 CET",
                                 "2026-11-20 09:15:30 +0100 CET m=+0.012",
                                 "2026-11-20T09:15:30+01:00[Europe/Berlin]",
                                 "2026/11/20 08:15:30 +0000",
                                 "[20/Nov/2026:08:15:30 +0000]",
                                 "20/Nov/2026:08:15:30 GMT",
                                 "Fri, 20 Nov 2026 08:15:30 GMT",
                                 "Fri, 20 Nov 2026 09:15:30 +0100",
                                 "Fri Nov 20 08:15:30 UTC 2026",
                                 "Fri Nov 20 09:15:30 +0100 2026",
                                 "Friday, 20-Nov-26 08:15:30 GMT",
                                 "20 Nov 2026 08:15:30 Z",
                                 " 2026-11-20T08:15:30Z ",
                                 "Nov 20 2026 08:15:30 UTC",
                                 "\t1795162530"}) {
    BOOST_TEST_CONTEXT(text) {
      const auto time = TimeParser(TimeFormat::automatic).parse(text, kNoon);
      BOOST_REQUIRE(time.has_value());
      BOOST_TEST(time->ns == kInstant);
      BOOST_TEST(time->digits == 0);
    }
  }
  BOOST_TEST(TimeParser(TimeFormat::automatic).parse("2026-11-20T08:15Z")->ns ==
             kInstant - 30 * kNsPerSecond);
}

BOOST_AUTO_TEST_CASE(times_that_say_no_zone) {
  for (const std::string text :
       {"2026-11-20 08:15:30", "2026-11-20T08:15:30", "2026/11/20 08:15:30", "20/Nov/2026:08:15:30",
        "Fri Nov 20 08:15:30 2026", "Nov 20 08:15:30", "20-Nov-2026 08:15:30"}) {
    BOOST_TEST_CONTEXT(text) {
      TimeParser without(TimeFormat::automatic);
      BOOST_TEST(!without.parse(text, kNoon).has_value());
      BOOST_TEST(without.lacks_zone());
      BOOST_TEST(!without.parse("x", kNoon).has_value());
      BOOST_TEST(!without.lacks_zone());
      BOOST_TEST(TimeParser(TimeFormat::automatic, "", "UTC").parse(text, kNoon)->ns == kInstant);
      BOOST_TEST(TimeParser(TimeFormat::automatic, "", "Asia/Tokyo").parse(text, kNoon)->ns ==
                 kInstant - 9 * kNsPerHour);
    }
  }
  TimeParser berlin(TimeFormat::automatic, "", "Europe/Berlin");
  BOOST_TEST(berlin.parse("2026-07-01 12:00:00,5")->ns % kNsPerDay == 36'000'500'000'000);
  // Shown twice: the earlier one. Never shown: the next one.
  BOOST_TEST(berlin.parse("2026-10-25 02:30:00")->ns ==
             berlin.parse("2026-10-25T02:30:00+02:00")->ns);
  BOOST_TEST(berlin.parse("2026-03-29 02:30:00")->ns == berlin.parse("2026-03-29T01:00:00Z")->ns);
}

BOOST_AUTO_TEST_CASE(a_missing_year_is_the_latest_that_fits) {
  TimeParser parser(TimeFormat::automatic, "", "UTC");
  const auto at = [&](const std::string& text, const std::string& now) {
    return parser.parse(text, TimeParser(TimeFormat::rfc3339).parse(now)->ns)->ns;
  };
  const auto is = [](const std::string& text) {
    return TimeParser(TimeFormat::rfc3339).parse(text)->ns;
  };
  BOOST_TEST(at("Dec 31 23:59:59", "2027-01-01T00:00:00Z") == is("2026-12-31T23:59:59Z"));
  BOOST_TEST(at("Jan  1 00:00:01", "2026-12-31T23:59:59Z") == is("2027-01-01T00:00:01Z"));
  BOOST_TEST(at("Feb 29 10:00:00", "2027-06-01T00:00:00Z") == is("2024-02-29T10:00:00Z"));
}

BOOST_AUTO_TEST_CASE(texts_that_are_no_times) {
  for (const std::string text :
       {"", " ", "Fri", "Fri Nov 08:15:30", "Nov 20", "Nov 31 08:15:30 2026 UTC", "20 Nov 2026",
        "Nov 20 08:15:30 CET 2026", "Nov Dec 20 08:15:30 2026 UTC", "Nov 20 20 08:15:30 UTC",
        "2026-11-20", "2026-11-20 08:15:30 +01:0", "2026-11-20 08:15:30Z x y z=1",
        "2026/13/20 08:15:30", "2026-11-20T08:15:30Z[", "99/Nov/2026:08:15:30 +0000",
        "Nov 20 08:15:30. UTC", "::", "a:b"}) {
    BOOST_TEST_CONTEXT(text) {
      TimeParser parser(TimeFormat::automatic, "", "UTC");
      BOOST_TEST(!parser.parse(text, kNoon).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(times_of_patterns) {
  const auto ns = [](const std::string& pattern, const std::string& text) {
    const auto time = TimeParser(TimeFormat::pattern, pattern, "UTC").parse(text, kNoon);
    return time ? time->ns : -1;
  };
  BOOST_TEST(ns("%d.%m.%Y %H:%M:%S", "20.11.2026 08:15:30") == kInstant);
  BOOST_TEST(ns("%Y%m%dT%H%M%S%z", "20261120T091530+0100") == kInstant);
  BOOST_TEST(ns("%b %e %T", "Nov 20 08:15:30") == kInstant);
  BOOST_TEST(ns("%A, %d %B %y %I:%M:%S %p", "Friday, 20 November 26 08:15:30 AM") == kInstant);
  BOOST_TEST(ns("%F %T,%f", "2026-11-20 08:15:30,25") == kInstant + 250'000'000);
  BOOST_TEST(ns("%Y %j %R", "2026 324 08:15") == kInstant - 30 * kNsPerSecond);
  BOOST_TEST(ns("%s", "1795162530") == kInstant);
  BOOST_TEST(ns("%s.%L", "1795162530.125") == kInstant + 125'000'000);
  BOOST_TEST(ns("%D %T %Z", "11/20/26 08:15:30 GMT") == kInstant);
  BOOST_TEST(ns("%d%%%m%%%Y %R", "20%11%2026 08:15") == kInstant - 30 * kNsPerSecond);
  BOOST_TEST(ns("%d.%m.%Y %I:%M %p", "20.11.2026 12:15 am") % kNsPerDay == 15 * 60 * kNsPerSecond);
  BOOST_TEST(ns("%d.%m.%Y %H:%M", "20.11.2026 08:15 x") == -1);
  BOOST_TEST(ns("%d.%m.%Y %H:%M", "20.11.2026") == -1);
  BOOST_TEST(ns("%d.%m.%Y %H:%M", "32.11.2026 08:15") == -1);
  BOOST_TEST(ns("%d.%m.%Y %H:%M", "31.11.2026 08:15") == -1);
  BOOST_TEST(ns("%Y %j %R", "2026 366 08:15") == -1);
  BOOST_TEST(ns("%s", "99999999999") == -1);
  BOOST_TEST(ns("%s", "9999999999") == -1);
  BOOST_TEST(ns("%d.%m.%Y %H:%M", "") == -1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
