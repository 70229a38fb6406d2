#include "intake/time_text.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "intake/decimal.h"

namespace fortnight::intake {
namespace {

using config::TimeFormat;
using storage::TimeText;

// The unit for which the number is a date of the present era.
TimeFormat unit_by_magnitude(std::string_view text) {
  const std::optional<Scaled> whole = scale_decimal(text, 0, Rounding::down);
  const std::int64_t value = whole ? (whole->value < 0 ? -whole->value : whole->value) : 0;
  if (value < 100'000'000'000) return TimeFormat::unix_s;
  if (value < 100'000'000'000'000) return TimeFormat::unix_ms;
  if (value < 100'000'000'000'000'000) return TimeFormat::unix_us;
  return TimeFormat::unix_ns;
}

// `text` is a number_text().
std::optional<ParsedTime> parse_unix(std::string_view text, TimeFormat unit) {
  int power = 9;  // from the unit to nanoseconds
  TimeText kind = TimeText::unix_s;
  if (unit == TimeFormat::unix_ms) {
    power = 6;
    kind = TimeText::unix_ms;
  } else if (unit == TimeFormat::unix_us) {
    power = 3;
    kind = TimeText::unix_us;
  } else if (unit == TimeFormat::unix_ns) {
    power = 0;
    kind = TimeText::unix_ns;
  }
  const std::optional<Scaled> scaled = scale_decimal(text, power, Rounding::down);
  if (!scaled) return std::nullopt;
  const int digits = std::clamp(scaled->fraction_digits + 9 - power, 0, 9);
  return ParsedTime{scaled->value, static_cast<std::uint8_t>(digits), kind};
}

// The fraction of a second at the front of `text`, if there is one; false if it has no digits.
bool take_fraction_into(std::string_view& text, ParsedTime& time) {
  if (!take_char(text, '.') && !take_char(text, ',')) return true;
  const std::optional<SecondFraction> fraction = take_fraction(text);
  if (!fraction) return false;
  time.ns += fraction->ns;
  time.digits = static_cast<std::uint8_t>(std::min<std::size_t>(fraction->digits, 9));
  return true;
}

}  // namespace

TimeParser::TimeParser(TimeFormat format, std::string pattern, const std::string& zone)
    : format_(format), pattern_(std::move(pattern)) {
  if (zone.empty()) return;
  std::string_view offset(zone);
  if (offset.front() == '+' || offset.front() == '-') {
    fixed_offset_ = take_offset(offset, true);
  } else {
    zone_ = TimeZone::find(zone);
  }
}

std::optional<ParsedTime> TimeParser::parse(std::string_view text, TimeNs now) {
  lacks_zone_ = false;
  switch (format_) {
    case TimeFormat::rfc3339:
      return parse_iso(text, true);
    case TimeFormat::date_time:
      return parse_iso(text, false);
    case TimeFormat::clf:
      return parse_clf(text);
    case TimeFormat::pattern:
      return from(parse_time_pattern(without_blanks(text), pattern_), now);
    case TimeFormat::automatic:
      return parse_auto(text, now);
    default:
      return parse_unix(number_text(text), format_);
  }
}

std::optional<ParsedTime> TimeParser::parse_auto(std::string_view text, TimeNs now) {
  if (text.size() > 4 && text[4] == '-') return parse_iso(text, false);
  text = without_blanks(text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  if (text.size() > 4 && text[4] == '-') return parse_iso(text, false);
  if (text.size() > 4 && text[4] == '/') return parse_slashes(text);
  if (text.find('/') != std::string_view::npos) return parse_clf(text);
  const bool has_letter = std::any_of(text.begin(), text.end(), is_letter);
  if (has_letter && text.find(':') != std::string_view::npos) {
    return from(parse_named_time(text), now);
  }
  const std::string_view number = number_text(text);
  return parse_unix(number, unit_by_magnitude(number));
}

// Strict: RFC 3339. Otherwise also its deviations: a space in place of the T, a comma in place of
// the point, no seconds, an offset of hours only, and what parse_written_offset() reads.
std::optional<ParsedTime> TimeParser::parse_iso(std::string_view text, bool strict) {
  const std::string_view whole = text;
  const std::optional<CivilDateTime> civil = reader_.take(text, !strict);
  if (civil) {
    ParsedTime time{civil->ns, civil->digits, civil->has_t ? TimeText::rfc3339 : TimeText::other};
    if (!strict) return with_offset(time, text);
    if (text.empty()) return in_zone(time);
    const std::optional<TimeNs> offset = take_offset(text, false);
    if (!offset || !text.empty()) return std::nullopt;
    time.ns -= *offset;
    return time;
  }
  const std::optional<CivilTime> short_time = strict ? std::nullopt : parse_civil(whole);
  if (!short_time || !short_time->date_ns || !short_time->clock_ns) return std::nullopt;
  const ParsedTime time{*short_time->date_ns + *short_time->clock_ns, 0, TimeText::other};
  if (!short_time->offset_ns) return in_zone(time);
  return ParsedTime{time.ns - *short_time->offset_ns, 0, TimeText::other};
}

// 2026/11/20 08:15:30.123, as Go's package log writes it.
std::optional<ParsedTime> TimeParser::parse_slashes(std::string_view text) {
  CivilDate date;
  date.year = take_number(text, 4);
  if (!take_char(text, '/')) return std::nullopt;
  date.month = take_number(text, 2);
  if (!take_char(text, '/')) return std::nullopt;
  date.day = take_number(text, 2);
  const std::optional<TimeNs> start = date_start(date);
  if (!start || !take_char(text, ' ')) return std::nullopt;
  const std::optional<CivilClock> clock = take_clock(text);
  if (!clock) return std::nullopt;
  ParsedTime time{*start + clock->ns(), 0, TimeText::other};
  return take_fraction_into(text, time) ? with_offset(time, text) : std::nullopt;
}

// 20/Nov/2026:08:15:30 +0000
std::optional<ParsedTime> TimeParser::parse_clf(std::string_view text) {
  CivilDate date;
  date.day = take_number(text, 2);
  if (!take_char(text, '/')) return std::nullopt;
  date.month = take_month_name(text);
  if (!take_char(text, '/')) return std::nullopt;
  date.year = take_number(text, 4);
  const std::optional<TimeNs> start = date_start(date);
  if (!start || (!take_char(text, ':') && !take_char(text, ' '))) return std::nullopt;
  const std::optional<CivilClock> clock = take_clock(text);
  if (!clock) return std::nullopt;
  ParsedTime time{*start + clock->ns(), 0, TimeText::other};
  return take_fraction_into(text, time) ? with_offset(time, text) : std::nullopt;
}

std::optional<ParsedTime> TimeParser::from(const std::optional<WrittenTime>& written, TimeNs now) {
  if (!written) return std::nullopt;
  if (written->instant) return ParsedTime{*written->instant, written->digits, TimeText::other};
  const auto in_year = [&](int year) -> std::optional<ParsedTime> {
    const std::optional<TimeNs> start = date_start({year, written->month, written->day});
    if (!start) return std::nullopt;
    const ParsedTime time{*start + written->clock, written->digits, TimeText::other};
    if (!written->offset) return in_zone(time);
    return ParsedTime{time.ns - *written->offset, time.digits, TimeText::other};
  };
  if (written->year) return in_year(*written->year);
  const int next = civil_date(day_of(now)).year + 1;
  constexpr int kYears = 9;  // so that one of them has a 29 February
  for (int year = next; year > next - kYears; --year) {
    const std::optional<ParsedTime> time = in_year(year);
    if (lacks_zone_) return std::nullopt;
    if (time && time->ns <= now + kNsPerDay) return time;
  }
  return std::nullopt;
}

std::optional<ParsedTime> TimeParser::with_offset(ParsedTime time, std::string_view rest) {
  if (rest == "Z") return time;  // as most times end
  if (rest.empty()) return in_zone(time);
  const WrittenOffset written = parse_written_offset(rest);
  if (!written.sound) return std::nullopt;
  if (!written.offset) return in_zone(time);
  time.ns -= *written.offset;
  return time;
}

// A time on the clocks of the format's zone.
std::optional<ParsedTime> TimeParser::in_zone(ParsedTime time) {
  if (zone_) {
    time.ns = zone_->instant(time.ns);
  } else if (fixed_offset_) {
    time.ns -= *fixed_offset_;
  } else if (format_ != TimeFormat::date_time) {  // for which it is UTC
    lacks_zone_ = true;
    return std::nullopt;
  }
  return time;
}

}  // namespace fortnight::intake
