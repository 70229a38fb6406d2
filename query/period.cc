#include "query/period.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/civil_text.h"

namespace fortnight::query {

namespace {

constexpr std::int64_t kNsPerMinute = 60 * kNsPerSecond;
constexpr int kMostDays = 4000;
constexpr std::string_view kDates =
    "today, yesterday, last-N-minutes, last-N-hours, last-N-days (as last-30-minutes last-3-hours "
    "last-7-days), all or YYYY-MM-DD";
constexpr std::string_view kTimes =
    "YYYY-MM-DD, YYYY-MM-DDTHH:MM[:SS[.fff]] in local time or with Z or an offset, or HH:MM of "
    "the day";

// The meaning of date=.
struct Dates {
  Period period;                    // ends now at the latest
  TimeNs end;                       // end of its last day, which may be in the future
  std::optional<LocalNs> midnight;  // set if the dates are one day
};

LocalNs midnight_of(const TimeZone& zone, TimeNs time) {
  return floor_div(zone.local(time), kNsPerDay) * kNsPerDay;
}

// The last `days` local days, including today.
Dates last_days(const TimeZone& zone, TimeNs now, int days) {
  Dates dates{{zone.day_start(now, 1 - days), now, true}, zone.day_start(now, 1), std::nullopt};
  if (days == 1) dates.midnight = midnight_of(zone, now);
  return dates;
}

Dates exactly(TimeNs from, TimeNs to) { return {{from, to, false}, to, std::nullopt}; }

// A zone that moved across the date line skipped a local day.
Parsed<Dates> whole_day(const Value& date, const TimeZone& zone, LocalNs midnight) {
  const TimeNs from = zone.instant(midnight);
  const TimeNs to = zone.instant(midnight + kNsPerDay);
  if (from < to) return Dates{{from, to, true}, to, midnight};
  return bad_request(date.column,
                     fmt::format("{} doesn't exist in {}: its clocks skipped that day, to {}",
                                 date.text, zone.name(), zone.format(to)));
}

// The N of "last-N-hours" and the like. `unit` is singular.
std::optional<int> last_count(std::string_view text, std::string_view unit) {
  constexpr std::string_view last = "last-";
  if (!text.starts_with(last)) return std::nullopt;
  text.remove_prefix(last.size());
  if (text.ends_with('s')) text.remove_suffix(1);
  if (!text.ends_with(unit) || text.size() == unit.size()) return std::nullopt;
  text.remove_suffix(unit.size());
  int count = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (stop != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<int>::max();
  if (error != std::errc() || count < 1) return std::nullopt;
  return count;
}

Parsed<Dates> parse_date(const Value& date, const TimeZone& zone, TimeNs now) {
  const std::string_view text = date.text;
  if (text == "all") return exactly(kMinTime, kMaxTime);
  if (text == "today") return last_days(zone, now, 1);
  if (text == "yesterday") return whole_day(date, zone, midnight_of(zone, now) - kNsPerDay);
  const std::optional<int> minutes = last_count(text, "-minute");
  const std::optional<int> hours = last_count(text, "-hour");
  const std::optional<int> days = last_count(text, "-day");
  if (minutes.value_or(1) > kMostDays * 24 * 60 || hours.value_or(1) > kMostDays * 24 ||
      days.value_or(1) > kMostDays) {
    return bad_request(date.column, fmt::format("at most {} days back", kMostDays));
  }
  if (minutes) return exactly(now - *minutes * kNsPerMinute, now);
  if (hours) return exactly(now - *hours * kNsPerHour, now);
  if (days) return last_days(zone, now, *days);
  const std::optional<CivilTime> civil = parse_civil(text);
  const bool timed = civil && civil->clock_ns;
  if (civil && civil->date_ns && !timed) return whole_day(date, zone, *civil->date_ns);
  return bad_request(date.column, fmt::format("no date \"{}\"; expected {}{}", text, kDates,
                                              timed ? ". Times go with from= and to=" : ""));
}

// `midnight` is the start of the day that a time of day without a date belongs to.
Parsed<TimeNs> parse_instant(const Value& value, const TimeZone& zone,
                             std::optional<LocalNs> midnight) {
  const std::optional<CivilTime> civil = parse_civil(value.text);
  if (!civil) {
    return bad_request(value.column,
                       fmt::format("no time \"{}\"; expected {}", value.text, kTimes));
  }
  if (!civil->date_ns && !midnight) {
    return bad_request(
        value.column,
        fmt::format("{} of which day? A time of day goes with a date= of one day", value.text));
  }
  const LocalNs local = civil->date_ns.value_or(midnight.value_or(0)) + civil->clock_ns.value_or(0);
  return civil->offset_ns ? local - *civil->offset_ns : zone.instant(local);
}

Parsed<Period> not_empty(const Period& period, const PeriodWords& words, const TimeZone& zone) {
  if (period.from < period.to) return period;
  const Value& later = words.from != nullptr ? *words.from : *words.to;
  return bad_request(later.column, fmt::format("from ({}) has to be before to ({})",
                                               zone.format(period.from), zone.format(period.to)));
}

// Whether a period with from= or to= is compared with the same times of day: if it consists of
// whole local days, or if it isn't over and so has only a part of its calls.
bool is_calendar(const Period& period, const TimeZone& zone, TimeNs now) {
  const auto begins_a_day = [&](TimeNs time) { return time == zone.day_start(time); };
  return period.to >= now || (begins_a_day(period.from) && begins_a_day(period.to));
}

Parsed<Period> parse_from_to(const PeriodWords& words, const TimeZone& zone, TimeNs now) {
  const LocalNs today = midnight_of(zone, now);
  Period period{now, now, false};
  if (words.to != nullptr) {
    FORTNIGHT_ASSIGN(period.to, parse_instant(*words.to, zone, today));
  }
  if (words.from != nullptr) {
    FORTNIGHT_ASSIGN(period.from, parse_instant(*words.from, zone, today));
  } else {
    period.from =
        zone.day_start(period.to - 1);  // the local day that contains `to`, or ends with it
  }
  period.calendar = is_calendar(period, zone, now);
  return not_empty(period, words, zone);
}

// Applies from= and to=, which must lie within date=.
Parsed<Period> narrowed(const Dates& dates, const PeriodWords& words, const TimeZone& zone,
                        TimeNs now) {
  Period period = dates.period;
  for (const Value* edge : {words.from, words.to}) {
    if (edge == nullptr) continue;
    FORTNIGHT_ASSIGN(const TimeNs time, parse_instant(*edge, zone, dates.midnight));
    if (time < dates.period.from || time > dates.end) {
      return bad_request(edge->column,
                         fmt::format("{} isn't within {}; give from= and to= without date=",
                                     edge->text, words.date->text));
    }
    (edge == words.from ? period.from : period.to) = time;
  }
  period.calendar = is_calendar(period, zone, now);
  return not_empty(period, words, zone);
}

// The same time of day `days` local days later. The first instant of a day maps to the first
// instant of the other day.
TimeNs plus_days(const TimeZone& zone, TimeNs time, int days) {
  return time == zone.day_start(time) ? zone.day_start(time, days) : zone.plus_days(time, days);
}

// The smallest number of local days that covers the period.
int days_of(const Period& period, const TimeZone& zone) {
  auto days = static_cast<int>(std::max<TimeNs>((period.to - period.from) / kNsPerDay - 1, 1));
  while (plus_days(zone, period.from, days) < period.to) ++days;
  return days;
}

}  // namespace

Parsed<Period> parse_period(const PeriodWords& words, const TimeZone& zone, TimeNs now) {
  if (words.date == nullptr && !words.none()) return parse_from_to(words, zone, now);
  Dates dates = last_days(zone, now, 1);
  if (words.date != nullptr) {
    FORTNIGHT_ASSIGN(dates, parse_date(*words.date, zone, now));
  }
  // At the first instant of a day the period would be empty; it gets one nanosecond.
  dates.period.to = std::max(dates.period.to, dates.period.from + 1);
  const bool narrows = words.from != nullptr || words.to != nullptr;
  return narrows ? narrowed(dates, words, zone, now) : Parsed<Period>(dates.period);
}

Shift::Shift(Compared with, const Period& period, const TimeZone& zone) : zone_(zone) {
  if (with == Compared::previous && !period.calendar) {
    length_ = saturating_difference(period.to, period.from);
    return;
  }
  constexpr int kWeek = 7;
  days_ = with == Compared::week ? kWeek : 1;
  if (with == Compared::previous) {
    days_ = days_of(period, zone);
    // After a skipped local day, the end of the period could be mapped into the period itself.
    latest_ = period.from;
  }
  // Where the day before was skipped, one day back is the same day; the shift takes one more.
  const TimeNs begin = period.from;
  if (zone.day_start(begin, -days_) == zone.day_start(begin, 1 - days_)) ++days_;
}

TimeNs Shift::back(TimeNs time) const {
  if (days_ == 0) return saturating_difference(time, length_);
  return std::min(plus_days(zone_, time, -days_), latest_);
}

}  // namespace fortnight::query
