#include "query/period.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/native_lines.h"

using namespace fortnight;
using tests::utc;

BOOST_AUTO_TEST_SUITE(period_)

namespace {

// "from..to" of a period in its zone, or the error.
std::string period(std::string_view words, std::string_view zone_name, std::string_view now) {
  const auto zone = TimeZone::find(zone_name);
  BOOST_REQUIRE(zone);
  const auto request = query::parse_arguments("LOGS " + std::string(words), 4, {});
  query::PeriodWords period_words;
  for (const query::Parameter& parameter : *request) {
    if (parameter.name == "date") period_words.date = &parameter.values[0];
    if (parameter.name == "from") period_words.from = &parameter.values[0];
    if (parameter.name == "to") period_words.to = &parameter.values[0];
  }
  const auto found = query::parse_period(period_words, *zone, utc(now));
  if (!found) return closing_line(found.error());
  return zone->format(found->from) + ".." + zone->format(found->to);
}

constexpr std::string_view kNoon = "2026-11-20T12:00:00.5Z";

}  // namespace

BOOST_AUTO_TEST_CASE(named_dates) {
  BOOST_TEST(period("", "UTC", kNoon) == "2026-11-20T00:00:00+00:00..2026-11-20T12:00:00.5+00:00");
  BOOST_TEST(period("date=today", "America/New_York", kNoon) ==
             "2026-11-20T00:00:00-05:00..2026-11-20T07:00:00.5-05:00");
  BOOST_TEST(period("date=yesterday", "Asia/Kathmandu", kNoon) ==
             "2026-11-19T00:00:00+05:45..2026-11-20T00:00:00+05:45");
  BOOST_TEST(period("date=last-3-hours", "UTC", kNoon) ==
             "2026-11-20T09:00:00.5+00:00..2026-11-20T12:00:00.5+00:00");
  BOOST_TEST(period("date=last-3-days", "UTC", kNoon) ==
             "2026-11-18T00:00:00+00:00..2026-11-20T12:00:00.5+00:00");
  BOOST_TEST(period("date=last-90-days", "Europe/Paris", kNoon) ==
             "2026-08-23T00:00:00+02:00..2026-11-20T13:00:00.5+01:00");
  BOOST_TEST(period("date=2026-10-25", "Europe/Paris", kNoon) ==
             "2026-10-25T00:00:00+02:00..2026-10-26T00:00:00+01:00");
}

BOOST_AUTO_TEST_CASE(the_first_instant_of_a_day_is_a_period_too) {
  BOOST_TEST(period("date=today", "UTC", "2026-11-20T00:00:00Z") ==
             "2026-11-20T00:00:00+00:00..2026-11-20T00:00:00.000000001+00:00");
}

// Clocks in New York went from 01:59:59 EDT back to 01:00:00 EST at 06:00 UTC.
BOOST_AUTO_TEST_CASE(hours_are_exact_over_a_change_of_clocks) {
  BOOST_TEST(period("date=last-3-hours", "America/New_York", "2026-11-01T07:30:00Z") ==
             "2026-11-01T00:30:00-04:00..2026-11-01T02:30:00-05:00");
}

BOOST_AUTO_TEST_CASE(from_and_to) {
  BOOST_TEST(period("from=2026-11-18 to=2026-11-19", "Europe/Paris", kNoon) ==
             "2026-11-18T00:00:00+01:00..2026-11-19T00:00:00+01:00");
  BOOST_TEST(period("from=2026-11-18T10:30", "UTC", kNoon) ==
             "2026-11-18T10:30:00+00:00..2026-11-20T12:00:00.5+00:00");
  BOOST_TEST(period("from=\"2026-11-18 10:30:15.25\" to=2026-11-18T12:00:00+01:00", "UTC", kNoon) ==
             "2026-11-18T10:30:15.25+00:00..2026-11-18T11:00:00+00:00");
  BOOST_TEST(period("from=08:15 to=09:00", "America/New_York", kNoon) ==
             "2026-11-20T08:15:00-05:00..2026-11-20T09:00:00-05:00");
  BOOST_TEST(period("to=2026-11-18T10:30Z", "UTC", kNoon) ==
             "2026-11-18T00:00:00+00:00..2026-11-18T10:30:00+00:00");
}

BOOST_AUTO_TEST_CASE(a_time_shown_twice_is_the_earlier_and_one_never_shown_the_next) {
  BOOST_TEST(period("from=2026-11-01T01:30 to=2026-11-01T02:00", "America/New_York", kNoon) ==
             "2026-11-01T01:30:00-04:00..2026-11-01T02:00:00-05:00");
  BOOST_TEST(period("from=2026-03-08T02:30 to=2026-03-08T04:00", "America/New_York", kNoon) ==
             "2026-03-08T03:00:00-04:00..2026-03-08T04:00:00-04:00");
  // Beirut's clocks skip from 00:00 to 01:00, so the day begins at 01:00.
  BOOST_TEST(period("date=2022-03-27", "Asia/Beirut", kNoon) ==
             "2022-03-27T01:00:00+03:00..2022-03-28T00:00:00+03:00");
  // Havana's clocks go from 01:00 back to 00:00, so the day begins at the first midnight.
  BOOST_TEST(period("date=2023-11-05", "America/Havana", kNoon) ==
             "2023-11-05T00:00:00-04:00..2023-11-06T00:00:00-05:00");
}

BOOST_AUTO_TEST_CASE(errors) {
  BOOST_TEST(period("date=today from=2026-11-18", "UTC", kNoon) ==
             "ERR bad-request column 22: 2026-11-18 isn't within today; give from= and to= without "
             "date=");
  BOOST_TEST(period("date=last-3-days from=08:00", "UTC", kNoon) ==
             "ERR bad-request column 28: 08:00 of which day? A time of day goes with a date= of "
             "one day");
  BOOST_TEST(period("date=today from=18:00", "UTC", kNoon)
                 .starts_with("ERR bad-request column 22: from (2026-11-20T18:00:00+00:00) has "));
  BOOST_TEST(period("date=yesterday from=22:00 to=02:00", "UTC", kNoon)
                 .starts_with("ERR bad-request column 26: from (2026-11-19T22:00:00+00:00) has "));
  BOOST_TEST(
      period("from=2026-11-19 to=2026-11-18", "UTC", kNoon)
          .starts_with("ERR bad-request column 11: from (2026-11-19T00:00:00+00:00) has to be"));
  for (const char* bad :
       {"date=tomorrow", "date=last-0-days", "date=last-3-weeks", "date=2026-02-29",
        "date=2026-11-18T10:00", "date=last--1-days", "date=last-days", "date=last-0-minutes",
        "date=last-minutes", "date=last-1-minutess", "date=last-+1-hours", "date=ALL"}) {
    BOOST_TEST(period(bad, "UTC", kNoon).starts_with("ERR bad-request column 11: no date \""), bad);
  }
  for (const char* far : {"date=last-99999-days", "date=last-99999999999-minutes"}) {
    BOOST_TEST(period(far, "UTC", kNoon) == "ERR bad-request column 11: at most 4000 days back");
  }
  for (const char* bad :
       {"from=now", "from=2026-11-18T25:00", "from=2026-11-18T10", "from=1969-12-31",
        "from=2026-11-18T10:00:00.", "from=2026-11-18T10:00+1", "from=10:00Z", "from=24:01",
        "from=2026-11-18T10:00+010", "from=2026-11-18T10:00+01000", "from=2026-11-18T10:00+01:",
        "from=2026-11-18T10:00+2400", "from=2026-11-18T10:00ZZ", "from=2026-11-18T24:00:00.1"}) {
    BOOST_TEST(period(bad, "UTC", kNoon).starts_with("ERR bad-request column 11: no time \""), bad);
  }
}

BOOST_AUTO_TEST_CASE(offsets_are_written_in_any_way_of_rfc_3339_and_iso_8601) {
  for (const char* words : {"from=2026-11-20T08:15+08:00 to=2026-11-20T01:00Z",
                            "from=2026-11-20T08:15+0800 to=2026-11-20T01:00Z",
                            "from=2026-11-20T08:15+08 to=2026-11-20T01:00Z"}) {
    BOOST_TEST(
        period(words, "UTC", kNoon) == "2026-11-20T00:15:00+00:00..2026-11-20T01:00:00+00:00",
        words);
  }
  BOOST_TEST(period("from=2026-11-20t08:15:00.5z to=\"2026-11-20 01:30:00 -0930\"", "UTC", kNoon) ==
             "2026-11-20T08:15:00.5+00:00..2026-11-20T11:00:00+00:00");
}

BOOST_AUTO_TEST_CASE(minutes_and_hours_until_now) {
  BOOST_TEST(period("date=last-30-minutes", "UTC", kNoon) ==
             "2026-11-20T11:30:00.5+00:00..2026-11-20T12:00:00.5+00:00");
  BOOST_TEST(period("date=last-1-minute", "UTC", kNoon) ==
             period("date=last-1-minutes", "UTC", kNoon));
  BOOST_TEST(period("date=last-1-hour", "UTC", kNoon) ==
             period("date=last-60-minutes", "UTC", kNoon));
  BOOST_TEST(period("date=last-1-day", "UTC", kNoon) == period("date=today", "UTC", kNoon));
  BOOST_TEST(period("date=last-3000-minutes", "UTC", kNoon) ==
             period("date=last-50-hours", "UTC", kNoon));
}

BOOST_AUTO_TEST_CASE(times_of_the_day_that_date_names) {
  BOOST_TEST(period("date=yesterday from=14:00 to=15:00", "Europe/Paris", kNoon) ==
             "2026-11-19T14:00:00+01:00..2026-11-19T15:00:00+01:00");
  BOOST_TEST(period("date=2026-11-18 to=09:30:15", "UTC", kNoon) ==
             "2026-11-18T00:00:00+00:00..2026-11-18T09:30:15+00:00");
  BOOST_TEST(period("date=2026-11-18 from=22:00", "UTC", kNoon) ==
             "2026-11-18T22:00:00+00:00..2026-11-19T00:00:00+00:00");
  BOOST_TEST(period("date=yesterday from=22:00 to=24:00", "America/New_York", kNoon) ==
             "2026-11-19T22:00:00-05:00..2026-11-20T00:00:00-05:00");
  BOOST_TEST(period("date=today from=08:00", "UTC", kNoon) ==
             "2026-11-20T08:00:00+00:00..2026-11-20T12:00:00.5+00:00");
  BOOST_TEST(period("date=today from=08:00 to=18:00", "UTC", kNoon) ==
             "2026-11-20T08:00:00+00:00..2026-11-20T18:00:00+00:00");
  BOOST_TEST(period("date=last-3-days to=2026-11-19", "UTC", kNoon) ==
             "2026-11-18T00:00:00+00:00..2026-11-19T00:00:00+00:00");
  // On the day on which clocks go back, 01:30 is first shown in summer time; the day has 25 hours.
  BOOST_TEST(period("date=2026-11-01 from=01:30 to=24:00", "America/New_York", kNoon) ==
             "2026-11-01T01:30:00-04:00..2026-11-02T00:00:00-05:00");
}

// A past period is compared with the same length of time just before it, days with the same number
// of days, and an unfinished period with the same hours of the days before, even over a change of
// clocks.
std::string compared(query::Compared with, std::string_view words, std::string_view zone_name,
                     std::string_view now) {
  const auto zone = TimeZone::find(zone_name).value();
  const auto request = query::parse_arguments("LOGS " + std::string(words), 4, {});
  query::PeriodWords period_words;
  for (const query::Parameter& parameter : *request) {
    if (parameter.name == "date") period_words.date = &parameter.values[0];
    if (parameter.name == "from") period_words.from = &parameter.values[0];
    if (parameter.name == "to") period_words.to = &parameter.values[0];
  }
  const query::Period period = query::parse_period(period_words, zone, utc(now)).value();
  const query::Shift shift(with, period, zone);
  return zone.format(shift.back(period.from)) + ".." + zone.format(shift.back(period.to)) + " " +
         std::to_string(shift.days());
}

BOOST_AUTO_TEST_CASE(the_period_that_one_is_compared_with) {
  using query::Compared;
  constexpr std::string_view now = "2026-11-20T16:51:00Z";  // 17:51 in Paris
  const auto paris = [&](Compared with, std::string_view words) {
    return compared(with, words, "Europe/Paris", now);
  };
  const std::string today = "2026-11-19T00:00:00+01:00..2026-11-19T17:51:00+01:00 1";
  for (const char* words : {"", "date=today", "from=00:00", "from=2026-11-20", "date=last-1-days",
                            "from=2026-11-19T23:00Z", "date=today from=00:00"}) {
    BOOST_TEST(paris(Compared::previous, words) == today, words);
    BOOST_TEST(paris(Compared::day, words) == today, words);
    BOOST_TEST(paris(Compared::week, words) ==
               "2026-11-13T00:00:00+01:00..2026-11-13T17:51:00+01:00 7");
  }
  const std::string hour_before = "2026-11-19T13:00:00+01:00..2026-11-19T14:00:00+01:00 0";
  for (const char* words :
       {"date=yesterday from=14:00 to=15:00", "from=2026-11-19T14:00 to=2026-11-19T15:00",
        "from=2026-11-19T13:00Z to=2026-11-19T14:00Z", "date=2026-11-19 from=14:00 to=15:00"}) {
    BOOST_TEST(paris(Compared::previous, words) == hour_before, words);
  }
  BOOST_TEST(paris(Compared::day, "date=yesterday from=14:00 to=15:00") ==
             "2026-11-18T14:00:00+01:00..2026-11-18T15:00:00+01:00 1");
  BOOST_TEST(paris(Compared::previous, "from=2026-11-17T12:00 to=2026-11-19T18:00") ==
             "2026-11-15T06:00:00+01:00..2026-11-17T12:00:00+01:00 0");
  BOOST_TEST(paris(Compared::previous, "date=yesterday") ==
             "2026-11-18T00:00:00+01:00..2026-11-19T00:00:00+01:00 1");
  BOOST_TEST(paris(Compared::previous, "from=2026-11-18 to=2026-11-20") ==
             "2026-11-16T00:00:00+01:00..2026-11-18T00:00:00+01:00 2");
  BOOST_TEST(paris(Compared::previous, "from=08:00 to=12:00") ==
             "2026-11-20T04:00:00+01:00..2026-11-20T08:00:00+01:00 0");
  // Not over yet.
  BOOST_TEST(paris(Compared::previous, "from=14:00 to=18:00") ==
             "2026-11-19T14:00:00+01:00..2026-11-19T18:00:00+01:00 1");
  BOOST_TEST(paris(Compared::previous, "date=today from=14:00") ==
             "2026-11-19T14:00:00+01:00..2026-11-19T17:51:00+01:00 1");
  BOOST_TEST(paris(Compared::previous, "from=14:00") ==
             "2026-11-19T14:00:00+01:00..2026-11-19T17:51:00+01:00 1");
  BOOST_TEST(paris(Compared::previous, "date=last-7-days") ==
             "2026-11-07T00:00:00+01:00..2026-11-13T17:51:00+01:00 7");
  BOOST_TEST(paris(Compared::previous, "from=2026-11-16T08:00") ==
             "2026-11-11T08:00:00+01:00..2026-11-15T17:51:00+01:00 5");
  BOOST_TEST(paris(Compared::previous, "date=last-3-hours") ==
             "2026-11-20T11:51:00+01:00..2026-11-20T14:51:00+01:00 0");
  BOOST_TEST(paris(Compared::day, "date=last-3-hours") ==
             "2026-11-19T14:51:00+01:00..2026-11-19T17:51:00+01:00 1");
  BOOST_TEST(paris(Compared::week, "date=last-30-minutes") ==
             "2026-11-13T17:21:00+01:00..2026-11-13T17:51:00+01:00 7");
  // Days of 25 and of 23 hours, as the period and as the other one.
  const auto on = [&](std::string_view moment, Compared with) {
    return compared(with, "", "Europe/Paris", moment);
  };
  BOOST_TEST(on("2026-10-25T12:00:00Z", Compared::previous) ==
             "2026-10-24T00:00:00+02:00..2026-10-24T13:00:00+02:00 1");
  BOOST_TEST(on("2026-10-26T12:00:00Z", Compared::previous) ==
             "2026-10-25T00:00:00+02:00..2026-10-25T13:00:00+01:00 1");
  BOOST_TEST(on("2026-03-30T12:00:00Z", Compared::previous) ==
             "2026-03-29T00:00:00+01:00..2026-03-29T14:00:00+02:00 1");
  BOOST_TEST(on("2026-10-28T12:00:00Z", Compared::week) ==
             "2026-10-21T00:00:00+02:00..2026-10-21T13:00:00+02:00 7");
  BOOST_TEST(compared(Compared::previous, "date=2026-10-25", "Europe/Paris", now) ==
             "2026-10-24T00:00:00+02:00..2026-10-25T00:00:00+02:00 1");
  BOOST_TEST(compared(Compared::previous, "from=2026-10-24 to=2026-10-26", "Europe/Paris", now) ==
             "2026-10-22T00:00:00+02:00..2026-10-24T00:00:00+02:00 2");
}

// The day that begins at 01:00 in Beirut, and the next one, are compared with whole days.
BOOST_AUTO_TEST_CASE(the_day_before_one_without_midnight) {
  const auto zone = TimeZone::find("Asia/Beirut").value();
  const auto before = [&](std::string_view day) {
    const TimeNs noon = utc(std::string(day) + "T12:00:00Z");
    const query::Period period{zone.day_start(noon), zone.day_start(noon, 1), true};
    const query::Shift shift(query::Compared::previous, period, zone);
    return zone.format(shift.back(period.from)) + ".." + zone.format(shift.back(period.to));
  };
  BOOST_TEST(before("2022-03-27") == "2022-03-26T00:00:00+02:00..2022-03-27T01:00:00+03:00");
  BOOST_TEST(before("2022-03-28") == "2022-03-27T01:00:00+03:00..2022-03-28T00:00:00+03:00");
}

// Samoa moved across the date line at the end of the 29th, so there was no 30th.
BOOST_AUTO_TEST_CASE(a_skipped_day) {
  const std::string never =
      "ERR bad-request column 11: 2011-12-30 doesn't exist in Pacific/Apia: its clocks skipped "
      "that day, to 2011-12-31T00:00:00+14:00";
  BOOST_TEST(period("date=2011-12-30", "Pacific/Apia", "2012-01-10T12:00:00Z") == never);
  BOOST_TEST(
      period("date=yesterday", "Pacific/Apia", "2011-12-31T00:00:00Z")
          .starts_with("ERR bad-request column 11: yesterday doesn't exist in Pacific/Apia"));
  const auto zone = TimeZone::find("Pacific/Apia").value();
  const TimeNs begin = utc("2011-12-29T10:00:00Z");
  const query::Period last{begin, begin + kNsPerDay, true};
  const query::Shift before_last(query::Compared::previous, last, zone);
  BOOST_TEST(zone.format(before_last.back(last.from)) == "2011-12-28T00:00:00-10:00");
  BOOST_TEST(before_last.back(last.to) == last.from);
  const TimeNs behind = begin + kNsPerDay;
  const query::Period first{behind, behind + kNsPerDay, true};
  const query::Shift before_first(query::Compared::previous, first, zone);
  BOOST_TEST(before_first.back(first.from) == begin);
  BOOST_TEST(before_first.back(first.to) == behind);
}

BOOST_AUTO_TEST_CASE(unknown_zones_are_not_found) {
  BOOST_TEST(!TimeZone::find("Europe/Atlantis"));
  BOOST_TEST(!TimeZone::find(""));
  for (const char* path :
       {"../../etc/passwd", "/etc/localtime", "Europe", "Europe/", "Europe/../UTC", "posix/UTC",
        "right/UTC", "tzdata.zi", "leapseconds", "localtime"}) {
    BOOST_TEST(!TimeZone::find(path), path);
  }
}

BOOST_AUTO_TEST_SUITE_END()
