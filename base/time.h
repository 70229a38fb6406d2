// The engine's time: instants in UTC. base/time_zone.h has time zones.
#pragma once

#include <cstdint>
#include <limits>

namespace fortnight {

// Nanoseconds since 1970-01-01T00:00:00Z; covers the years 1678 to 2261.
using TimeNs = std::int64_t;
// Days since 1970-01-01, UTC.
using Day = std::int32_t;

inline constexpr TimeNs kNsPerSecond = 1'000'000'000;
inline constexpr TimeNs kNsPerQuarter = 15 * 60 * kNsPerSecond;
inline constexpr TimeNs kNsPerHour = 3600 * kNsPerSecond;
inline constexpr TimeNs kNsPerDay = 24 * kNsPerHour;
inline constexpr int kQuartersPerDay = 96;
inline constexpr TimeNs kMinTime = std::numeric_limits<TimeNs>::min();
inline constexpr TimeNs kMaxTime = std::numeric_limits<TimeNs>::max();

// Rounds towards minus infinity, so that instants before 1970 fall in their own day.
constexpr std::int64_t floor_div(std::int64_t value, std::int64_t divisor) {
  const std::int64_t quotient = value / divisor;
  return quotient - ((value % divisor != 0) && ((value < 0) != (divisor < 0)) ? 1 : 0);
}

constexpr Day day_of(TimeNs time) { return static_cast<Day>(floor_div(time, kNsPerDay)); }
// Whether this day and its neighbours lie within the range of TimeNs.
constexpr bool is_day(std::int64_t number) {
  return number > day_of(kMinTime) + 1 && number < day_of(kMaxTime) - 1;
}
// Requires is_day(day), or a neighbour of such a day.
constexpr TimeNs day_start(Day day) { return static_cast<TimeNs>(day) * kNsPerDay; }
// The time since the day's start, also of the days at the ends of the range, which have none.
constexpr TimeNs time_of_day(TimeNs time) {
  const TimeNs rest = time % kNsPerDay;
  return rest < 0 ? rest + kNsPerDay : rest;
}
// The quarter hour within the day, 0 to 95.
constexpr int quarter_of_day(TimeNs time) {
  return static_cast<int>(time_of_day(time) / kNsPerQuarter);
}
// a - b, or the end of the range that it passes.
constexpr TimeNs saturating_difference(TimeNs a, TimeNs b) {
  TimeNs difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return a < b ? kMinTime : kMaxTime;
}

}  // namespace fortnight
