// The property tests hold base/'s civil time against std::chrono and against a count of days.
#include "base/civil_time.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <random>
#include <string>

#include "base/civil_text.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(civil_time)

namespace {

constexpr TimeNs kInstant = 1'795'162'530 * kNsPerSecond;  // 2026-11-20T08:15:30Z

std::string civil(TimeNs time, unsigned digits) {
  std::string out;
  append_civil_time(time, digits, out);
  return out;
}

std::string rfc3339(TimeNs time, unsigned digits) {
  std::string out;
  append_rfc3339(time, digits, out);
  return out;
}

std::string http_date(TimeNs time) {
  std::string out;
  append_http_date(time, out);
  return out;
}

struct Read {
  CivilDateTime time;
  std::string rest;
};
std::optional<Read> read(std::string_view text, bool lenient) {
  DateTimeReader reader;
  const auto time = reader.take(text, lenient);
  if (!time) return std::nullopt;
  return Read{*time, std::string(text)};
}

// A text that looks like a time for the most part.
std::string random_text(std::mt19937_64& random) {
  std::string text = rfc3339(static_cast<TimeNs>(random()), static_cast<unsigned>(random() % 10));
  constexpr std::string_view kBytes = "0123456789-:.,TtZz+ /J";
  for (auto edits = random() % 4; edits > 0; --edits) {
    const std::size_t at = random() % text.size();
    const char byte = kBytes[random() % kBytes.size()];
    if (random() % 3 == 0) {
      text.erase(at, 1);
    } else if (random() % 2 == 0) {
      text.insert(at, 1, byte);
    } else {
      text[at] = byte;
    }
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_day_of_the_range_agrees_with_chrono) {
  using namespace std::chrono;
  const sys_days first{year(1678) / 1 / 1};
  const sys_days last{year(2261) / 12 / 31};
  DateTimeReader reader;
  for (sys_days day = first; day <= last; day += days(1)) {
    const auto number = static_cast<Day>(day.time_since_epoch().count());
    const year_month_day date(day);
    const std::string expected =
        fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    BOOST_REQUIRE_EQUAL(day_to_string(number), expected);
    BOOST_REQUIRE(day_from_string(expected) == number);

    const TimeNs time = day_start(number) + (number & 0xffff) * kNsPerSecond + 1'000;
    const std::string text = civil(time, 6);
    std::string_view rest = text;
    const auto read = reader.take(rest, false);
    BOOST_REQUIRE(read.has_value());
    BOOST_REQUIRE(read->ns == time);
    BOOST_REQUIRE(rest.empty());

    const TimeNs second = floor_div(time, kNsPerSecond);
    BOOST_REQUIRE_EQUAL(
        http_date(time),
        fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(static_cast<std::time_t>(second))));
    BOOST_REQUIRE(parse_http_date(http_date(time)) == second * kNsPerSecond);
  }
}

BOOST_AUTO_TEST_CASE(dates_that_the_calendar_has_not_are_none) {
  int found = 0;
  for (int year = 1678; year <= 2261; ++year) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        const std::chrono::year_month_day date{std::chrono::year(year),
                                               std::chrono::month(static_cast<unsigned>(month)),
                                               std::chrono::day(static_cast<unsigned>(day))};
        const auto number = day_of({year, month, day});
        BOOST_REQUIRE(number.has_value() == date.ok());
        BOOST_REQUIRE(date_start({year, month, day}).has_value() == date.ok());
        found += date.ok() ? 1 : 0;
      }
    }
  }
  BOOST_TEST(found == 213'301);  // 584 years of 365 days and 141 leap days
  for (const char* text : {"2026-02-29", "2026-1-01", "2026-01-01 ", "", "26-01-01", "2026-13-01",
                           "-026-01-01", "2026/01/01", "0000-01-01", "9999-12-31"}) {
    BOOST_TEST(!day_from_string(text), text);
  }
  BOOST_TEST(!date_start({1677, 12, 31}));
  BOOST_TEST(!date_start({2262, 1, 1}));
  BOOST_TEST(day_of({2262, 1, 1}).has_value());
}

BOOST_AUTO_TEST_CASE(random_instants_come_back) {
  std::mt19937_64 random(20261120);
  for (int round = 0; round < 20'000; ++round) {
    const auto time = static_cast<TimeNs>(random());
    const auto digits = static_cast<unsigned>(random() % 10);
    TimeNs unit = kNsPerSecond;
    for (unsigned i = 0; i < digits; ++i) unit /= 10;
    const TimeNs cut = floor_div(time, unit) * unit;
    const int year = civil_date(day_of(time)).year;
    if (year < 1678 || year > 2261) continue;
    const std::string text = rfc3339(time, digits);
    const auto back = read(text, round % 2 == 0);
    BOOST_REQUIRE(back.has_value());
    BOOST_REQUIRE(back->time.ns == cut);
    BOOST_REQUIRE(back->time.digits == digits);
    BOOST_REQUIRE(back->time.has_t);
    BOOST_REQUIRE(back->rest == "Z");
    BOOST_REQUIRE(civil(time, digits) + "Z" == text);
    BOOST_REQUIRE(civil(time, fraction_digits(time)) == civil(cut, fraction_digits(time)) ||
                  fraction_digits(time) > digits);
  }
}

// The strict reader accepts one spelling of a time, except for "t", leap seconds and digits beyond
// the ninth. The lenient reader accepts all of these texts too.
BOOST_AUTO_TEST_CASE(random_texts_are_read_as_they_would_be_written) {
  std::mt19937_64 random(1678);
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    const std::string text = random_text(random);
    const auto strict = read(text, false);
    const auto lenient = read(text, true);
    if (!strict) continue;
    ++accepted;
    if (strict->rest.starts_with(',')) continue;  // a fraction to the lenient reader alone
    BOOST_REQUIRE(lenient.has_value());
    BOOST_REQUIRE(lenient->time.ns == strict->time.ns);
    std::string taken = text.substr(0, text.size() - strict->rest.size());
    if (taken.substr(17, 2) == "60") continue;
    taken[10] = 'T';
    const std::size_t most = strict->time.digits == 0 ? 19 : 20U + strict->time.digits;
    BOOST_REQUIRE_EQUAL(civil(strict->time.ns, strict->time.digits), taken.substr(0, most));
  }
  BOOST_TEST(accepted > 20'000);
}

BOOST_AUTO_TEST_CASE(strict_and_lenient) {
  BOOST_TEST(read("2026-11-20T08:15:30.5Z", false)->time.ns == kInstant + 500'000'000);
  BOOST_TEST(read("2026-11-20t08:15:30x", false)->rest == "x");
  BOOST_TEST(read("2016-12-31T23:59:60.9", false)->time.ns == 1'483'228'800 * kNsPerSecond - 1);
  BOOST_TEST(read("2026-11-20 08:15:30,25", true)->time.ns == kInstant + 250'000'000);
  BOOST_TEST(!read("2026-11-20 08:15:30", true)->time.has_t);
  BOOST_TEST(read("2026-11-20T08:15:30,25", false)->rest == ",25");
  for (const char* text : {"2026-11-20 08:15:30", "2026-11-20T08:15", "2026-11-20T24:00:00",
                           "2026-11-20T08:60:00", "2026-11-20T08:15:61", "2026-11-20T08:15:30."}) {
    BOOST_TEST(!read(text, false).has_value(), text);
  }
  for (const char* text : {"2026-11-20_08:15:30", "2026-11-20", "08:15:30", ""}) {
    BOOST_TEST(!read(text, true).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(offsets) {
  const auto offset = [](std::string_view text, bool hours_suffice) {
    const auto found = take_offset(text, hours_suffice);
    return text.empty() ? found : std::nullopt;
  };
  BOOST_TEST((offset("Z", false) == 0));
  BOOST_TEST((offset("z", true) == 0));
  BOOST_TEST((offset("+01:30", false) == 90 * 60 * kNsPerSecond));
  BOOST_TEST((offset("-0130", false) == -90 * 60 * kNsPerSecond));
  BOOST_TEST((offset("-08", true) == -8 * kNsPerHour));
  BOOST_TEST((offset("+23:59", true) == 24 * kNsPerHour - 60 * kNsPerSecond));
  for (const char* text : {"", "+", "+1", "+01:", "+24:00", "+01:60", "01:00", "Zz", "+01:000"}) {
    BOOST_TEST(!offset(text, true).has_value(), text);
  }
  BOOST_TEST(!offset("+01", false).has_value());
}

BOOST_AUTO_TEST_CASE(times_of_people) {
  const TimeNs date = kInstant / kNsPerDay * kNsPerDay;
  const auto sum = [](std::string_view text) -> std::optional<TimeNs> {
    const auto time = parse_civil(text);
    if (!time) return std::nullopt;
    return time->date_ns.value_or(0) + time->clock_ns.value_or(0) - time->offset_ns.value_or(0);
  };
  for (const char* text : {"2026-11-20T08:15:30Z", "2026-11-20 08:15:30", "2026-11-20t08:15:30z",
                           "2026-11-20T09:15:30+01:00", "2026-11-20T09:15:30 +0100",
                           "2026-11-20T07:15:30-01", "2026-11-20T08:15:30.000000000Z"}) {
    BOOST_TEST((sum(text) == kInstant), text);
  }
  BOOST_TEST((sum("2026-11-20") == date));
  BOOST_TEST((sum("2026-11-20T24:00") == date + kNsPerDay));
  BOOST_TEST((sum("08:15") == 8 * kNsPerHour + 15 * 60 * kNsPerSecond));
  BOOST_TEST(!parse_civil("2026-11-20")->clock_ns.has_value());
  BOOST_TEST(!parse_civil("2026-11-20T08:15")->offset_ns.has_value());
  BOOST_TEST(!parse_civil("08:15")->date_ns.has_value());
  for (const char* text : {"", "2026-11", "2026-02-30", "1969-12-31", "2201-01-01", "8:15",
                           "08:15:30Z", "24:01", "08:60", "08:15:60", "08:15:30.",
                           "08:15:30.1234567890", "2026-11-20T", "2026-11-20T08:15 Z",
                           "2026-11-20T08:15+01:", "2026-11-20T08:15:30Zz", "2026-11-20_08:15"}) {
    BOOST_TEST(!parse_civil(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(http_dates) {
  BOOST_TEST(http_date(kInstant + 999) == "Fri, 20 Nov 2026 08:15:30 GMT");
  BOOST_TEST((parse_http_date("Fri, 20 Nov 2026 08:15:30 GMT") == kInstant));
  for (const char* text : {"", "Fri, 20 Nov 2026 08:15:30 UTC", "Fri, 20 nov 2026 08:15:30 GMT",
                           "Fri, 31 Nov 2026 08:15:30 GMT", "Fri, 20 Nov 2026 24:00:00 GMT",
                           "Fri, 20 Nov 2026 08:15:60 GMT", "Fri,20 Nov 2026 08:15:30 GMT",
                           "Fri, 20 ovD 2026 08:15:30 GMT", "Fri, 20 Nov 1677 08:15:30 GMT"}) {
    BOOST_TEST(!parse_http_date(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
