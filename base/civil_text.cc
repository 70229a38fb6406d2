#include "base/civil_text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace fortnight {
namespace {

constexpr TimeNs kNsPerMinute = 60 * kNsPerSecond;
constexpr std::size_t kDateLength = 10;
// The years that a person may ask for.
constexpr int kFirstAskedYear = 1970;
constexpr int kLastAskedYear = 2200;

std::optional<TimeNs> take_numeric_offset(std::string_view& text, bool hours_suffice) {
  const bool west = text.starts_with('-');
  if (!take_char(text, '+') && !take_char(text, '-')) return std::nullopt;
  const int hours = take_number(text, 2);
  if (hours < 0 || hours > 23) return std::nullopt;
  TimeNs offset = hours * kNsPerHour;
  if (take_char(text, ':') || !text.empty() || !hours_suffice) {
    const int minutes = take_number(text, 2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    offset += minutes * kNsPerMinute;
  }
  return west ? -offset : offset;
}

bool take_zulu(std::string_view& text) { return take_char(text, 'Z') || take_char(text, 'z'); }

// "08:15", "08:15:30" or "08:15:30.5", up to 24:00, the end of the day.
std::optional<TimeNs> take_partial_clock(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || !take_char(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59) return std::nullopt;
  TimeNs clock = hour * kNsPerHour + minute * kNsPerMinute;
  if (take_char(text, ':')) {
    const int second = take_number(text, 2);
    if (second < 0 || second > 59) return std::nullopt;
    clock += second * kNsPerSecond;
    if (take_char(text, '.')) {
      const auto fraction = take_fraction(text);
      if (!fraction || fraction->digits > 9) return std::nullopt;
      clock += fraction->ns;
    }
  }
  return clock <= kNsPerDay ? std::optional(clock) : std::nullopt;
}

}  // namespace

std::optional<CivilDate> take_date(std::string_view& text) {
  const int year = take_number(text, 4);
  if (year < 0 || !take_char(text, '-')) return std::nullopt;
  const int month = take_number(text, 2);
  if (month < 0 || !take_char(text, '-')) return std::nullopt;
  const int day = take_number(text, 2);
  if (day < 0) return std::nullopt;
  return CivilDate{year, month, day};
}

int take_month_name(std::string_view& text) {
  constexpr std::size_t kLength = 3;
  if (text.size() < kLength) return 0;
  const std::size_t at = kMonthNames.find(text.substr(0, kLength));
  if (at == std::string_view::npos || at % kLength != 0) return 0;
  text.remove_prefix(kLength);
  return static_cast<int>(at / kLength) + 1;
}

std::optional<CivilClock> take_clock(std::string_view& text) {
  const int hour = take_number(text, 2);
  if (hour < 0 || hour > 23 || !take_char(text, ':')) return std::nullopt;
  const int minute = take_number(text, 2);
  if (minute < 0 || minute > 59 || !take_char(text, ':')) return std::nullopt;
  const int second = take_number(text, 2);
  if (second < 0 || second > 60) return std::nullopt;
  return CivilClock{hour, minute, second};
}

std::optional<SecondFraction> take_fraction(std::string_view& text) {
  // By the number of digits: what the last one counts.
  constexpr std::array<TimeNs, 10> kUnits = {
      1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  const std::size_t kept = std::min(text.size(), kUnits.size() - 1);
  TimeNs number = 0;
  std::size_t digits = 0;
  for (; digits < kept && is_digit(text[digits]); ++digits) {
    number = number * 10 + (text[digits] - '0');
  }
  if (digits == 0) return std::nullopt;
  const TimeNs ns = number * kUnits[digits];
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  text.remove_prefix(digits);
  return SecondFraction{ns, digits};
}

std::optional<TimeNs> take_offset(std::string_view& text, bool hours_suffice) {
  return take_zulu(text) ? 0 : take_numeric_offset(text, hours_suffice);
}

std::optional<CivilDateTime> DateTimeReader::take(std::string_view& text, bool lenient) {
  const std::optional<TimeNs> start = take_day_start(text);
  if (!start) return std::nullopt;
  CivilDateTime time;
  time.has_t = take_char(text, 'T') || take_char(text, 't');
  if (!time.has_t && (!lenient || !take_char(text, ' '))) return std::nullopt;
  const std::optional<CivilClock> clock = take_clock(text);
  if (!clock) return std::nullopt;
  time.ns = *start + clock->ns();
  if (take_char(text, '.') || (lenient && take_char(text, ','))) {
    const std::optional<SecondFraction> fraction = take_fraction(text);
    if (!fraction) return std::nullopt;
    time.digits = static_cast<std::uint8_t>(fraction->digits < 9 ? fraction->digits : 9);
    if (clock->second < 60) time.ns += fraction->ns;
  }
  return time;
}

std::optional<TimeNs> DateTimeReader::take_day_start(std::string_view& text) {
  if (text.size() < kDateLength) return std::nullopt;
  if (std::memcmp(text.data(), last_date_, kDateLength) == 0) {
    text.remove_prefix(kDateLength);
    return last_start_;
  }
  const char* const written = text.data();
  const std::optional<CivilDate> date = take_date(text);
  const std::optional<TimeNs> start = date ? date_start(*date) : std::nullopt;
  if (start) {
    std::memcpy(last_date_, written, kDateLength);
    last_start_ = *start;
  }
  return start;
}

std::optional<CivilTime> parse_civil(std::string_view text) {
  CivilTime time;
  if (text.size() > 4 && text[4] == '-') {
    const std::optional<CivilDate> date = take_date(text);
    if (!date || date->year < kFirstAskedYear || date->year > kLastAskedYear) {
      return std::nullopt;
    }
    time.date_ns = date_start(*date);
    if (!time.date_ns) return std::nullopt;
    if (text.empty()) return time;
    if (!take_char(text, 'T') && !take_char(text, 't') && !take_char(text, ' '))
      return std::nullopt;
  }
  time.clock_ns = take_partial_clock(text);
  if (!time.clock_ns) return std::nullopt;
  if (time.date_ns) {
    if (take_zulu(text)) {
      time.offset_ns = 0;
    } else if (take_char(text, ' '); !text.empty()) {
      time.offset_ns = take_numeric_offset(text, true);
      if (!time.offset_ns) return std::nullopt;
    }
  }
  if (!text.empty()) return std::nullopt;
  return time;
}

std::optional<TimeNs> parse_http_date(std::string_view text) {
  constexpr std::size_t kWeekday = 3;
  if (text.size() < kWeekday) return std::nullopt;
  text.remove_prefix(kWeekday);
  if (!take_char(text, ',') || !take_char(text, ' ')) return std::nullopt;
  CivilDate date;
  date.day = take_number(text, 2);
  if (!take_char(text, ' ')) return std::nullopt;
  date.month = take_month_name(text);
  if (!take_char(text, ' ')) return std::nullopt;
  date.year = take_number(text, 4);
  const std::optional<TimeNs> start = date_start(date);
  if (!start || !take_char(text, ' ')) return std::nullopt;
  const std::optional<CivilClock> clock = take_clock(text);
  if (!clock || clock->second == 60 || text != " GMT") return std::nullopt;
  return *start + clock->ns();
}

}  // namespace fortnight
