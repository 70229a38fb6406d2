#include "query/period.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "query/time_text.h"

namespace fortnight::query {

namespace {

using storage::kNsPerDay;
using storage::kNsPerHour;
using storage::TimeNs;

constexpr int kMostDays = 4000;
constexpr std::string_view kDates =
    "today, yesterday, last-N-hours, last-N-days (as last-3-hours last-24-hours last-7-days "
    "last-30-days) or YYYY-MM-DD";
constexpr std::string_view kTimes =
    "YYYY-MM-DD, YYYY-MM-DDTHH:MM[:SS[.fff]] in local time or with Z or an offset, or HH:MM of "
    "today";

Period local_days(const TimeZone& zone, TimeNs now, int back, int days) {
  const TimeNs end = zone.day_start(now, days - back);
  return {zone.day_start(now, -back), std::min(end, now), days};
}

// Where a zone went over the date line, its clocks went past a day.
Parsed<Period> whole_day(const Value& date, const TimeZone& zone, TimeNs from, TimeNs to) {
  if (from < to) return Period{from, to, 1};
  return bad_request(date.column,
                     fmt::format("{} never was in {}: its clocks went past that day, to {}",
                                 date.text, zone.name(), zone.format(to)));
}

// The N of "last-N-hours" or "last-N-days", given what comes behind it.
std::optional<int> last_count(std::string_view text, std::string_view unit) {
  constexpr std::string_view last = "last-";
  if (!text.starts_with(last) || !text.ends_with(unit)) return std::nullopt;
  text.remove_prefix(last.size());
  if (text.size() <= unit.size()) return std::nullopt;
  text.remove_suffix(unit.size());
  int count = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (stop != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::numeric_limits<int>::max();
  if (error != std::errc() || count < 1) return std::nullopt;
  return count;
}

Parsed<Period> parse_date(const Value& date, const TimeZone& zone, TimeNs now) {
  const std::string_view text = date.text;
  if (text == "today") return local_days(zone, now, 0, 1);
  if (text == "yesterday") {
    return whole_day(date, zone, zone.day_start(now, -1), zone.day_start(now));
  }
  const std::optional<int> hours = last_count(text, "-hours");
  const std::optional<int> days = last_count(text, "-days");
  if (hours.value_or(1) > kMostDays * 24 || days.value_or(1) > kMostDays) {
    return bad_request(date.column, fmt::format("at most {} days back", kMostDays));
  }
  if (hours) return Period{now - *hours * kNsPerHour, now, 0};
  if (days) return local_days(zone, now, *days - 1, *days);
  const std::optional<CivilTime> civil = parse_civil(text);
  if (civil && civil->date_ns && !civil->clock_ns) {
    return whole_day(date, zone, zone.instant(*civil->date_ns),
                     zone.instant(*civil->date_ns + kNsPerDay));
  }
  const bool timed = civil && civil->clock_ns;
  return bad_request(date.column, fmt::format("no date \"{}\"; expected {}{}", text, kDates,
                                              timed ? ". Times go with from= and to=" : ""));
}

Parsed<TimeNs> parse_instant(const Value& value, const TimeZone& zone, TimeNs now) {
  const std::optional<CivilTime> civil = parse_civil(value.text);
  if (!civil) {
    return bad_request(value.column,
                       fmt::format("no time \"{}\"; expected {}", value.text, kTimes));
  }
  const LocalNs today = storage::floor_div(zone.local(now), kNsPerDay) * kNsPerDay;
  const LocalNs local = civil->date_ns.value_or(today) + civil->clock_ns.value_or(0);
  return civil->offset_ns ? local - *civil->offset_ns : zone.instant(local);
}

Parsed<Period> parse_from_to(const PeriodWords& words, const TimeZone& zone, TimeNs now) {
  Period period{now, now, 0};
  if (words.to != nullptr) {
    FORTNIGHT_ASSIGN(period.to, parse_instant(*words.to, zone, now));
  }
  if (words.from != nullptr) {
    FORTNIGHT_ASSIGN(period.from, parse_instant(*words.from, zone, now));
  } else {
    period.from = zone.day_start(period.to - 1);  // the local day that `to` ends or falls in
  }
  if (period.from < period.to) return period;
  const Value& later = words.from != nullptr ? *words.from : *words.to;
  return bad_request(later.column, fmt::format("from ({}) has to be before to ({})",
                                               zone.format(period.from), zone.format(period.to)));
}

}  // namespace

Parsed<Period> parse_period(const PeriodWords& words, const TimeZone& zone, TimeNs now) {
  if (words.date != nullptr && (words.from != nullptr || words.to != nullptr)) {
    return bad_request(words.date->column, "either date= or from= and to=, not both");
  }
  if (words.date == nullptr && !words.none()) return parse_from_to(words, zone, now);
  Period period;
  if (words.date == nullptr) {
    period = local_days(zone, now, 0, 1);
  } else {
    FORTNIGHT_ASSIGN(period, parse_date(*words.date, zone, now));
  }
  // At the very first instant of a day nothing of it has passed.
  period.to = std::max(period.to, period.from + 1);
  return period;
}

TimeNs shifted_back(const Period& period, const TimeZone& zone, TimeNs time) {
  if (period.days == 0) return time - (period.to - period.from);
  // A day that begins at 01:00, where clocks skip midnight, is preceded by one that doesn't.
  const TimeNs begin = period.from;
  const bool never_was =
      zone.day_start(begin, -period.days) == zone.day_start(begin, 1 - period.days);
  const int days = period.days + (never_was ? 1 : 0);
  const TimeNs back =
      time == zone.day_start(time) ? zone.day_start(time, -days) : zone.plus_days(time, -days);
  // As many days back from behind a day that never was would lead into the period itself.
  return std::min(back, period.from);
}

}  // namespace fortnight::query
