#include "intake/time_text.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "intake/decimal.h"

namespace fortnight::intake {
namespace {

using config::TimeFormat;
using storage::TimeText;

constexpr int kFirstYear = 1678;
constexpr int kLastYear = 2261;

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

// Removes a number of exactly `digits` digits from the front of `text`; -1 if there is none.
int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// The first instant of the day; nothing if there is no such day.
std::optional<TimeNs> start_of(int year, int month, int day) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (year < kFirstYear || year > kLastYear || month < 1 || month > 12) return std::nullopt;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (day < 1 || day > kDays[static_cast<std::size_t>(month - 1)] + (leap && month == 2 ? 1 : 0)) {
    return std::nullopt;
  }
  // Years begin in March, so that the leap day is the last day of a year.
  const int y = month <= 2 ? year - 1 : year;
  const int months = (month + 9) % 12;
  const std::int64_t days =
      365LL * y + y / 4 - y / 100 + y / 400 + (153 * months + 2) / 5 + (day - 1) - 719468;
  return days * kNsPerDay;
}

// Reads HH:MM:SS as nanoseconds of the day. Second 60 becomes the last nanosecond of the minute.
std::optional<TimeNs> take_clock(std::string_view& text, bool& leap_second) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return std::nullopt;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  leap_second = second == 60;
  const TimeNs ns = ((hour * 60 + minute) * 60 + second) * kNsPerSecond;
  return leap_second ? ns - 1 : ns;
}

// Reads the digits after the point. `digits` is their number, at most 9.
std::optional<TimeNs> take_fraction(std::string_view& text, std::uint8_t& digits) {
  TimeNs ns = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i) {
    if (i < 9) ns = ns * 10 + (text[i] - '0');
  }
  if (i == 0) return std::nullopt;
  text.remove_prefix(i);
  digits = static_cast<std::uint8_t>(i < 9 ? i : 9);
  for (; i < 9; ++i) ns *= 10;
  return ns;
}

// Reads Z, +HH:MM or +HHMM; nothing may follow.
std::optional<TimeNs> offset_of(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool west = text.starts_with('-');
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const int hours = take_number(text, 2);
  take(text, ':');
  const int minutes = take_number(text, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !text.empty()) return std::nullopt;
  const TimeNs ns = (hours * 60 + minutes) * 60 * kNsPerSecond;
  return west ? -ns : ns;
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

// Strict: requires a T between date and time, and an offset. Otherwise a space may replace the T,
// and the default offset is UTC.
std::optional<ParsedTime> TimeParser::parse_iso(std::string_view text, bool strict) {
  constexpr std::size_t kDateLength = 10;
  if (text.size() < kDateLength) return std::nullopt;
  const std::optional<TimeNs> start = date_start(text.substr(0, kDateLength));
  if (!start) return std::nullopt;
  text.remove_prefix(kDateLength);
  const bool joined = take(text, 'T') || take(text, 't');
  if (!joined && (strict || !take(text, ' '))) return std::nullopt;

  bool leap_second = false;
  const std::optional<TimeNs> clock = take_clock(text, leap_second);
  if (!clock) return std::nullopt;
  ParsedTime time{*start + *clock, 0, joined ? TimeText::rfc3339 : TimeText::other};
  if (take(text, '.') || (!strict && take(text, ','))) {
    const std::optional<TimeNs> fraction = take_fraction(text, time.digits);
    if (!fraction) return std::nullopt;
    if (!leap_second) time.ns += *fraction;
  }
  if (!strict) take(text, ' ');
  if (!strict && text.empty()) return time;
  const std::optional<TimeNs> offset = offset_of(text);
  if (!offset) return std::nullopt;
  time.ns -= *offset;
  return time;
}

// For example 20/Nov/2026:08:15:30 +0000
std::optional<ParsedTime> TimeParser::parse_clf(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const int day = take_number(text, 2);
  if (!take(text, '/') || text.size() < 3) return std::nullopt;
  const std::size_t month = kMonths.find(text.substr(0, 3));
  text.remove_prefix(3);
  if (month % 3 != 0 || !take(text, '/')) return std::nullopt;
  const int year = take_number(text, 4);
  const std::optional<TimeNs> start = start_of(year, static_cast<int>(month / 3) + 1, day);
  if (!start || !take(text, ':')) return std::nullopt;
  bool leap_second = false;
  const std::optional<TimeNs> clock = take_clock(text, leap_second);
  if (!clock || !take(text, ' ')) return std::nullopt;
  const std::optional<TimeNs> offset = offset_of(text);
  if (!offset) return std::nullopt;
  return ParsedTime{*start + *clock - *offset, 0, TimeText::other};
}

std::optional<TimeNs> TimeParser::date_start(std::string_view date) {
  if (std::memcmp(date.data(), last_date_, sizeof(last_date_)) == 0) return last_start_;
  std::string_view rest = date;
  const int year = take_number(rest, 4);
  if (!take(rest, '-')) return std::nullopt;
  const int month = take_number(rest, 2);
  if (!take(rest, '-')) return std::nullopt;
  const std::optional<TimeNs> start = start_of(year, month, take_number(rest, 2));
  if (start) {
    std::memcpy(last_date_, date.data(), sizeof(last_date_));
    last_start_ = *start;
  }
  return start;
}

}  // namespace fortnight::intake
