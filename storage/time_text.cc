#include "storage/time_text.h"

#include <chrono>

#include "storage/number_text.h"

namespace fortnight::storage {
namespace {

void append_padded(std::uint64_t number, unsigned width, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + width);
  for (unsigned i = width; i-- > 0; number /= 10) {
    out[start + i] = static_cast<char>('0' + number % 10);
  }
}

// The number that `width` digits from `at` make, or -1.
int digits_at(std::string_view text, std::size_t at, std::size_t width) {
  int number = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

}  // namespace

std::optional<TimeNs> parse_rfc3339_utc(std::string_view text) {
  if (text.size() < 19) return std::nullopt;
  const int year = digits_at(text, 0, 4);
  const int month = digits_at(text, 5, 2);
  const int day = digits_at(text, 8, 2);
  const int hour = digits_at(text, 11, 2);
  const int minute = digits_at(text, 14, 2);
  const int second = digits_at(text, 17, 2);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1678 || year > 2261 || month < 0 || day < 0 || !date.ok() || hour < 0 || minute < 0 ||
      second < 0) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  std::int64_t fraction = 0;
  if (text.size() > 19 && text[19] == '.') {
    std::int64_t unit = kNsPerSecond;
    for (std::size_t i = 20; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      unit /= 10;
      fraction += unit * (text[i] - '0');
    }
  }
  const std::int64_t in_day = (hour * 60LL + minute) * 60 + second;
  return day_start(static_cast<Day>(days)) + in_day * kNsPerSecond + fraction;
}

void append_rfc3339(TimeNs time, unsigned digits, std::string& out) {
  const Day day = day_of(time);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  auto in_day = static_cast<std::uint64_t>(time - day_start(day));
  const std::uint64_t second = in_day / kNsPerSecond;
  append_padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4, out);
  out.push_back('-');
  append_padded(static_cast<unsigned>(date.month()), 2, out);
  out.push_back('-');
  append_padded(static_cast<unsigned>(date.day()), 2, out);
  out.push_back('T');
  append_padded(second / 3600, 2, out);
  out.push_back(':');
  append_padded(second / 60 % 60, 2, out);
  out.push_back(':');
  append_padded(second % 60, 2, out);
  if (digits > 0) {
    std::uint64_t fraction = in_day % kNsPerSecond;
    for (unsigned i = digits; i < 9; ++i) fraction /= 10;
    out.push_back('.');
    append_padded(fraction, digits, out);
  }
  out.push_back('Z');
}

void append_duration(std::int64_t duration_ns, DurationUnit unit, std::string& out) {
  unsigned digits = unit == DurationUnit::s    ? 9
                    : unit == DurationUnit::ms ? 6
                    : unit == DurationUnit::us ? 3
                                               : 0;
  while (digits > 0 && duration_ns % 10 == 0) {
    duration_ns /= 10;
    --digits;
  }
  append_decimal(duration_ns, digits, out);
}

}  // namespace fortnight::storage
