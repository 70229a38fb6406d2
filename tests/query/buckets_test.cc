#include "query/buckets.h"

#include <boost/test/unit_test.hpp>
#include <random>

#include "tests/support/native_lines.h"

using namespace fortnight;
using query::Step;
using tests::utc;

BOOST_AUTO_TEST_SUITE(buckets_)

namespace {

constexpr TimeNs kMinute = 60 * kNsPerSecond;

struct Wall {
  std::int64_t day;
  std::int64_t unit;    // the step's unit, counted from the epoch
  std::int64_t minute;  // counted from the epoch
};

Wall wall(TimeNs time, const TimeZone& zone, std::int64_t length) {
  const std::int64_t local = zone.local(time);
  return {floor_div(local, kNsPerDay), floor_div(local, length), floor_div(local, kMinute)};
}

// The naive model reads the local clock minute by minute. A bucket begins when the clock enters
// another unit, and when it returns to the beginning of a unit that it shows again.
std::vector<TimeNs> starts_by_minutes(TimeNs from, TimeNs to, const TimeZone& zone, Step step) {
  const std::int64_t length = step == Step::quarter ? kNsPerQuarter
                              : step == Step::hour  ? kNsPerHour
                                                    : kNsPerDay;
  std::vector<TimeNs> starts;
  std::int64_t last_day = std::numeric_limits<std::int64_t>::min();
  for (TimeNs time = from; time < to; time += kMinute) {
    const Wall before = wall(time - kMinute, zone, length);
    const Wall now = wall(time, zone, length);
    const bool entered = now.unit != before.unit;
    const bool again = now.minute * kMinute % length == 0;
    const bool begins = step == Step::day ? now.day > last_day : entered || again;
    if (begins) starts.push_back(time);
    last_day = std::max(last_day, now.day);
  }
  return starts;
}

std::vector<std::string> formatted(const std::vector<TimeNs>& times, const TimeZone& zone) {
  std::vector<std::string> out;
  for (const TimeNs time : times) out.push_back(zone.format(time));
  return out;
}

void compare(const char* zone_name, std::string_view from, std::string_view to) {
  const auto zone = TimeZone::find(zone_name).value();
  const query::Period period{zone.day_start(utc(from)), zone.day_start(utc(to)), 0};
  for (const Step step : {Step::quarter, Step::hour, Step::day}) {
    const auto buckets = query::cut(period, zone, step, 100'000);
    BOOST_REQUIRE(buckets);
    const auto expected = starts_by_minutes(period.from, period.to, zone, step);
    BOOST_TEST_CONTEXT(zone_name << " " << query::name_of(step)) {
      BOOST_TEST(formatted(buckets->starts, zone) == formatted(expected, zone),
                 boost::test_tools::per_element());
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(agree_with_the_clock_on_the_wall) {
  compare("UTC", "2026-11-19T00:00:00Z", "2026-11-21T12:00:00Z");
  compare("America/New_York", "2023-03-11T12:00:00Z", "2023-03-14T12:00:00Z");
  compare("America/New_York", "2023-11-04T12:00:00Z", "2023-11-07T12:00:00Z");
  compare("Europe/Paris", "2023-10-28T12:00:00Z", "2023-10-31T12:00:00Z");
  compare("Asia/Kolkata", "2026-11-19T00:00:00Z", "2026-11-21T12:00:00Z");
  compare("Asia/Kathmandu", "2026-11-19T00:00:00Z", "2026-11-21T12:00:00Z");
  compare("Asia/Beirut", "2022-03-25T12:00:00Z", "2022-03-28T12:00:00Z");
  compare("America/Havana", "2023-11-04T12:00:00Z", "2023-11-07T12:00:00Z");
  compare("America/Havana", "2023-03-11T12:00:00Z", "2023-03-14T12:00:00Z");
  compare("Australia/Lord_Howe", "2023-03-31T12:00:00Z", "2023-04-03T12:00:00Z");
  compare("Australia/Lord_Howe", "2023-09-29T12:00:00Z", "2023-10-02T12:00:00Z");
  compare("America/Santiago", "2023-09-01T12:00:00Z", "2023-09-05T12:00:00Z");
  compare("Pacific/Apia", "2011-12-28T12:00:00Z", "2012-01-01T12:00:00Z");
  compare("Africa/Casablanca", "2023-03-18T12:00:00Z", "2023-03-21T12:00:00Z");
}

// Any period is covered by its buckets, in order, and its buckets begin where those of the
// surrounding days begin.
BOOST_AUTO_TEST_CASE(any_period_is_cut_without_gaps) {
  std::mt19937_64 random(3);
  const char* const zones[] = {"UTC",         "America/New_York", "Asia/Kathmandu",
                               "Asia/Beirut", "America/Havana",   "Australia/Lord_Howe"};
  for (int i = 0; i < 600; ++i) {
    const auto zone = TimeZone::find(zones[random() % 6]).value();
    const TimeNs from = utc("2023-01-01T00:00:00Z") +
                        static_cast<TimeNs>(random() % (365 * 24 * 3600)) * kNsPerSecond;
    const TimeNs to = from + 1 + static_cast<TimeNs>(random() % (3 * kNsPerDay));
    const Step step = static_cast<Step>(random() % 3);
    const auto buckets = query::cut({from, to, 0}, zone, step, 100'000);
    BOOST_REQUIRE(buckets);
    BOOST_REQUIRE_EQUAL(buckets->edges.size(), buckets->starts.size() + 1);
    BOOST_REQUIRE_EQUAL(buckets->edges.front(), from);
    BOOST_REQUIRE_EQUAL(buckets->edges.back(), to);
    for (std::size_t b = 0; b < buckets->size(); ++b) {
      BOOST_REQUIRE_LT(buckets->edges[b], buckets->edges[b + 1]);
      BOOST_REQUIRE_LE(buckets->starts[b], buckets->edges[b]);
    }
    const query::Period around{zone.day_start(from, -1), zone.day_start(to, 2), 0};
    const auto all = query::cut(around, zone, step, 100'000)->starts;
    const auto first = std::find(all.begin(), all.end(), buckets->starts[0]);
    BOOST_REQUIRE(first != all.end());
    BOOST_REQUIRE(std::equal(buckets->starts.begin(), buckets->starts.end(), first));
    BOOST_REQUIRE_LT(from, *(first + 1));
  }
}

BOOST_AUTO_TEST_CASE(auto_gives_a_chart_its_worth) {
  const auto zone = TimeZone::find("Europe/Paris").value();
  const TimeNs long_day = zone.day_start(utc("2026-10-25T12:00:00Z"));  // of 25 hours
  const auto step = [&](TimeNs to) { return query::auto_step({long_day, to, 0}, zone); };
  BOOST_TEST((step(zone.day_start(long_day, 1)) == Step::quarter));
  BOOST_TEST((step(zone.day_start(long_day, 1) + 1) == Step::hour));
  BOOST_TEST((step(zone.day_start(long_day, 7)) == Step::hour));
  BOOST_TEST((step(zone.day_start(long_day, 7) + 1) == Step::day));
}

BOOST_AUTO_TEST_CASE(too_many_buckets_are_refused) {
  const query::Period year{utc("2025-01-01T00:00:00Z"), utc("2026-01-01T00:00:00Z"), 0};
  BOOST_TEST(!query::cut(year, TimeZone::utc(), Step::quarter, 20'000));
  BOOST_TEST(query::cut(year, TimeZone::utc(), Step::hour, 20'000)->size() == 365U * 24);
}

BOOST_AUTO_TEST_SUITE_END()
