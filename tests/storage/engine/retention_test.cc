// Which days may be dropped, and when the clock is trusted.
#include "storage/engine/retention.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <set>
#include <vector>

using namespace fortnight;
using namespace fortnight::storage;

BOOST_AUTO_TEST_SUITE(retention)

namespace {

constexpr Day kToday = 20'777;
constexpr TimeNs kNoon = day_start(kToday) + 12 * kNsPerHour;
constexpr TimeNs kHold = 6 * kNsPerHour;

Manifest manifest_of(const std::vector<FileName>& parts,
                     const std::vector<FileName>& rollups = {}) {
  Manifest manifest;
  for (const FileName& name : parts)
    manifest.parts.push_back({name, {.day = name.day, .bytes = 100}});
  for (const FileName& name : rollups) {
    RollupEntry rollup;
    rollup.name = name;
    manifest.rollups.push_back(rollup);
  }
  return manifest;
}

FileName part(Day day, std::uint64_t number = 1) { return {FileKind::part, number, day}; }
FileName rollup(Day day, std::uint64_t number = 1) { return {FileKind::rollup, number, day}; }

std::vector<Day> days_of(const Manifest& manifest) {
  std::vector<Day> days;
  for (const PartEntry& entry : manifest.parts) days.push_back(entry.name.day);
  return days;
}

RejectsEntry rejects(std::uint64_t number, std::uint64_t bytes, TimeNs newest) {
  RejectsEntry entry;
  entry.number = number;
  entry.rejects = 10;
  entry.bytes = bytes;
  entry.newest = newest;
  return entry;
}

std::vector<std::uint64_t> numbers_of(const Manifest& manifest) {
  std::vector<std::uint64_t> numbers;
  for (const RejectsEntry& entry : manifest.rejects) numbers.push_back(entry.number);
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_steady_clock_is_trusted) {
  RetentionClock clock(kNoon, kHold);
  for (int hour = 0; hour < 100; ++hour) {
    BOOST_TEST(clock.observe(kNoon + hour * kNsPerHour) == kNoon + hour * kNsPerHour);
  }
  // A step of one day isn't a jump: the host may have been suspended.
  const TimeNs later = clock.trusted() + kNsPerDay;
  BOOST_TEST(clock.observe(later) == later);
  BOOST_TEST(!clock.holds_until());
}

BOOST_AUTO_TEST_CASE(going_back_is_trusted) {
  RetentionClock clock(kNoon, kHold);
  BOOST_TEST(clock.observe(kNoon - 400 * kNsPerDay) == kNoon - 400 * kNsPerDay);
}

BOOST_AUTO_TEST_CASE(a_jump_is_trusted_once_the_clock_has_held) {
  RetentionClock clock(kNoon, kHold);
  const TimeNs jump = kNoon + 30 * kNsPerDay;
  for (TimeNs passed = 0; passed < kHold; passed += kNsPerHour) {
    BOOST_TEST(clock.observe(jump + passed) == kNoon);
    BOOST_TEST(clock.holds_until().value() == jump + kHold);
  }
  BOOST_TEST(clock.observe(jump + kHold) == jump + kHold);
  BOOST_TEST(!clock.holds_until());
}

BOOST_AUTO_TEST_CASE(a_jump_that_is_taken_back_is_forgotten) {
  RetentionClock clock(kNoon, kHold);
  const TimeNs jump = kNoon + 30 * kNsPerDay;
  clock.observe(jump);
  BOOST_TEST(clock.observe(kNoon + kNsPerHour) == kNoon + kNsPerHour);
  BOOST_TEST(!clock.holds_until());
  // The next jump needs the full waiting time again.
  BOOST_TEST(clock.observe(jump + kHold) == kNoon + kNsPerHour);
}

// The clock must be observed over the waiting time: a second jump or a step back doesn't count.
BOOST_AUTO_TEST_CASE(a_jump_within_a_jump_restarts_the_wait) {
  RetentionClock clock(kNoon, kHold);
  const TimeNs jump = kNoon + 30 * kNsPerDay;
  clock.observe(jump);
  const TimeNs again = jump + kHold + 1;
  BOOST_TEST(clock.observe(again) == kNoon);
  BOOST_TEST(clock.holds_until().value() == again + kHold);
  BOOST_TEST(clock.observe(again - kNsPerHour) == kNoon);
  BOOST_TEST(clock.holds_until().value() == again - kNsPerHour + kHold);
}

BOOST_AUTO_TEST_CASE(without_a_hold_every_time_is_trusted) {
  RetentionClock clock(kNoon, 0);
  BOOST_TEST(clock.observe(kNoon + 400 * kNsPerDay) == kNoon + 400 * kNsPerDay);
}

// Whatever the clock does, the trusted time is an observed time or the first one. It is at most a
// day after the previous trusted time, unless the clock was observed to run for the hold time.
BOOST_AUTO_TEST_CASE(the_trusted_time_is_never_ahead_of_the_clock) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    RetentionClock clock(kNoon, kHold);
    TimeNs now = kNoon;
    TimeNs trusted = kNoon;
    std::set<TimeNs> seen = {kNoon};
    for (int step = 0; step < 60; ++step) {
      const TimeNs steps[] = {kNsPerHour, kNsPerHour, kNsPerHour, 3 * kNsPerDay, -2 * kNsPerDay, 1};
      now += steps[random() % 6];
      seen.insert(now);
      const TimeNs next = clock.observe(now);
      BOOST_REQUIRE(seen.contains(next));
      BOOST_REQUIRE((next == now || next == trusted));
      BOOST_TEST((next == now) == !clock.holds_until());
      trusted = next;
    }
  }
}

BOOST_AUTO_TEST_CASE(days_are_kept_by_age) {
  BOOST_TEST(first_kept_day(kNoon, 14) == kToday - 14);
  BOOST_TEST(first_kept_day(day_start(kToday), 14) == kToday - 14);
  BOOST_TEST(first_kept_day(day_start(kToday) - 1, 14) == kToday - 15);
}

BOOST_AUTO_TEST_CASE(dropped_days_stay_dropped_if_the_clock_is_put_back) {
  Manifest manifest = manifest_of({}, {rollup(kToday - 3), rollup(kToday + 2)});
  manifest.first_kept = kToday;
  manifest.lost = {part(kToday - 2), {FileKind::journal, 7, kToday - 1}};
  const Manifest back = with_first_kept(manifest, kToday - 10);
  BOOST_TEST(back.first_kept == kToday - 10);
  // Days whose calls were counted, or whose parts are lost; the days of a lost journal are unknown.
  BOOST_TEST((back.dropped == std::set<Day>{kToday - 3, kToday - 2}));
  BOOST_TEST(back.keeps(kToday - 4));
  const Manifest forward = with_first_kept(manifest, kToday + 1);
  BOOST_TEST(forward.dropped.empty());
  BOOST_TEST(!forward.keeps(kToday));
}

BOOST_AUTO_TEST_CASE(the_oldest_day_goes_first_if_the_disk_budget_is_exceeded) {
  const Manifest manifest =
      manifest_of({part(kToday), part(kToday - 1, 2), part(kToday - 2, 3), part(kToday - 2, 4)});
  BOOST_TEST(!day_over_budget(manifest, 0));
  BOOST_TEST(!day_over_budget(manifest, 400));
  BOOST_TEST(day_over_budget(manifest, 399).value() == kToday - 2);
  BOOST_TEST(!day_over_budget(manifest_of({part(kToday), part(kToday, 2)}), 1));
  BOOST_TEST(!day_over_budget(Manifest(), 1));
}

BOOST_AUTO_TEST_CASE(dropped_days_leave_nothing_but_counts) {
  Manifest manifest =
      manifest_of({part(kToday), part(kToday - 1, 2), part(kToday - 5, 3)}, {rollup(kToday - 5)});
  manifest.first_kept = kToday - 2;
  manifest.dropped = {kToday - 1, kToday - 9};
  manifest.sealed = {kToday - 1, kToday - 5, kToday};
  manifest.lost = {part(kToday - 5, 8), part(kToday, 9), rollup(kToday - 5, 10)};
  const Manifest kept = without_dropped(manifest);
  BOOST_TEST(days_of(kept) == std::vector<Day>{kToday});
  BOOST_TEST((kept.sealed == std::set<Day>{kToday}));
  BOOST_TEST((kept.dropped == std::set<Day>{kToday - 1}));
  BOOST_TEST(kept.lost.size() == 2U);  // today's part, and the rollup
  BOOST_TEST(kept.rollups.size() == 1U);
}

BOOST_AUTO_TEST_CASE(rejects_go_by_age_and_by_size) {
  Manifest manifest;
  manifest.first_kept = kToday;
  manifest.rejects = {rejects(3, 100, kNoon), rejects(1, 100, kNoon - kNsPerDay),
                      rejects(2, 100, kNoon), rejects(4, 100, kNoon)};
  using Numbers = std::vector<std::uint64_t>;
  BOOST_TEST(numbers_of(without_old_rejects(manifest, 1000)) == (Numbers{2, 3, 4}));
  BOOST_TEST(numbers_of(without_old_rejects(manifest, 250)) == (Numbers{3, 4}));
  BOOST_TEST(numbers_of(without_old_rejects(manifest, 0)) == Numbers());
}

// A file without rejects contains the counts since the start: only the last one is needed.
BOOST_AUTO_TEST_CASE(the_last_counts_of_rejects_stay) {
  Manifest manifest;
  manifest.first_kept = kToday;
  manifest.rejects = {rejects(1, 100, kNoon), rejects(2, 100, 0), rejects(3, 100, 0)};
  manifest.rejects[1].rejects = manifest.rejects[2].rejects = 0;
  BOOST_TEST(numbers_of(without_old_rejects(manifest, 1000)) == (std::vector<std::uint64_t>{1, 3}));
  BOOST_TEST(numbers_of(without_old_rejects(manifest, 0)) == std::vector<std::uint64_t>{3});
}

BOOST_AUTO_TEST_SUITE_END()
