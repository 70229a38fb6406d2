#include "intake/time_text.h"

#include <algorithm>

#include "intake/decimal.h"

namespace fortnight::intake {
namespace {

using config::TimeFormat;
using storage::TimeText;

// The offset at the end of a time's text.
std::optional<TimeNs> offset_of(std::string_view text) {
  const std::optional<TimeNs> offset = take_offset(text, false);
  return text.empty() ? offset : std::nullopt;
}

// For example 20/Nov/2026:08:15:30 +0000
std::optional<ParsedTime> parse_clf(std::string_view text) {
  CivilDate date;
  date.day = take_number(text, 2);
  if (!take_char(text, '/')) return std::nullopt;
  date.month = take_month_name(text);
  if (!take_char(text, '/')) return std::nullopt;
  date.year = take_number(text, 4);
  const std::optional<TimeNs> start = date_start(date);
  if (!start || !take_char(text, ':')) return std::nullopt;
  const std::optional<CivilClock> clock = take_clock(text);
  if (!clock || !take_char(text, ' ')) return std::nullopt;
  const std::optional<TimeNs> offset = offset_of(text);
  if (!offset) return std::nullopt;
  return ParsedTime{*start + clock->ns() - *offset, 0, TimeText::other};
}

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

}  // namespace

std::optional<ParsedTime> TimeParser::parse(std::string_view text) {
  switch (format_) {
    case TimeFormat::rfc3339:
      return parse_iso(text, true);
    case TimeFormat::date_time:
      return parse_iso(text, false);
    case TimeFormat::clf:
      return parse_clf(text);
    case TimeFormat::automatic:
      break;
    default:
      return parse_unix(number_text(text), format_);
  }
  if (text.size() > 4 && text[4] == '-') return parse_iso(text, true);
  if (text.find('/') != std::string_view::npos) return parse_clf(text);
  const std::string_view number = number_text(text);
  return parse_unix(number, unit_by_magnitude(number));
}

// Strict: RFC 3339. Otherwise a space may replace the T, and the default offset is UTC.
std::optional<ParsedTime> TimeParser::parse_iso(std::string_view text, bool strict) {
  const std::optional<CivilDateTime> civil = reader_.take(text, !strict);
  if (!civil) return std::nullopt;
  ParsedTime time{civil->ns, civil->digits, civil->has_t ? TimeText::rfc3339 : TimeText::other};
  if (!strict) take_char(text, ' ');
  if (!strict && text.empty()) return time;
  const std::optional<TimeNs> offset = offset_of(text);
  if (!offset) return std::nullopt;
  time.ns -= *offset;
  return time;
}

}  // namespace fortnight::intake
