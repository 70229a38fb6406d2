#include "query/buckets.h"

#include <algorithm>

namespace fortnight::query {

namespace {

std::int64_t length_of(Step step) {
  switch (step) {
    case Step::quarter:
      return kNsPerQuarter;
    case Step::hour:
      return kNsPerHour;
    case Step::day:
      return kNsPerDay;
  }
  return kNsPerDay;
}

bool fits(const Period& period, const TimeZone& zone, int days) {
  return period.to - period.from <= days * kNsPerDay ||
         period.to <= zone.plus_days(period.from, days);
}

// Returns the start of the local quarter or hour that contains `time`: at most `length` earlier,
// and not before the last change of clocks.
TimeNs clock_start(TimeNs time, const TimeZone& zone, std::int64_t length) {
  const TimeZone::Stretch stretch = zone.stretch(time);
  const TimeNs start = floor_div(time + stretch.offset_ns, length) * length - stretch.offset_ns;
  if (start >= stretch.begin) return start;
  // Where clocks are put back within the hour, the hour continues; otherwise it begins at the
  // change.
  const TimeNs before = stretch.begin - 1;
  const bool same =
      floor_div(zone.local(before), length) == floor_div(zone.local(stretch.begin), length);
  return same ? clock_start(before, zone, length) : stretch.begin;
}

// Returns the end, exclusive, of the quarter or hour that contains `time`.
TimeNs clock_end(TimeNs time, const TimeZone& zone, std::int64_t length) {
  const TimeZone::Stretch stretch = zone.stretch(time);
  const TimeNs end = (floor_div(time + stretch.offset_ns, length) + 1) * length - stretch.offset_ns;
  if (end < stretch.end) return end;
  // The hour continues past a change of clocks that leads into the middle of the same hour.
  const LocalNs changed = zone.local(stretch.end);
  const bool same = floor_div(zone.local(stretch.end - 1), length) == floor_div(changed, length);
  return same && changed % length != 0 ? clock_end(stretch.end, zone, length) : stretch.end;
}

}  // namespace

std::string_view name_of(Step step) {
  switch (step) {
    case Step::quarter:
      return "15m";
    case Step::hour:
      return "1h";
    case Step::day:
      return "1d";
  }
  return "1d";
}

std::optional<Step> parse_step(std::string_view name) {
  for (const Step step : {Step::quarter, Step::hour, Step::day}) {
    if (name == name_of(step)) return step;
  }
  return std::nullopt;
}

Step auto_step(const Period& period, const TimeZone& zone) {
  if (fits(period, zone, 1)) return Step::quarter;
  return fits(period, zone, 7) ? Step::hour : Step::day;
}

std::optional<Buckets> cut(const Period& period, const TimeZone& zone, Step step,
                           std::uint64_t most) {
  const std::int64_t length = length_of(step);
  if (static_cast<std::uint64_t>((period.to - period.from) / length) > most) return std::nullopt;
  const bool by_day = step == Step::day;
  Buckets buckets;
  TimeNs at = by_day ? zone.day_start(period.from) : clock_start(period.from, zone, length);
  while (at < period.to) {
    buckets.starts.push_back(at);
    buckets.edges.push_back(std::max(at, period.from));
    at = by_day ? zone.day_start(at, 1) : clock_end(at, zone, length);
  }
  buckets.edges.push_back(period.to);
  return buckets;
}

}  // namespace fortnight::query
