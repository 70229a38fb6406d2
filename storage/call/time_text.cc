#include "storage/call/time_text.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/number_text.h"

namespace fortnight::storage {
namespace {

void append_padded(std::uint64_t number, unsigned width, std::string& out) {
  const std::size_t start = out.size();
  out.resize(start + width);
  for (unsigned i = width; i-- > 0; number /= 10) {
    out[start + i] = static_cast<char>('0' + number % 10);
  }
}

// The number in the `width` digits at `at`, or -1.
int digits_at(std::string_view text, std::size_t at, std::size_t width) {
  int number = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// The parts of a date and time of day. A part that wasn't a number is negative.
struct DateAndTime {
  int year, month, day, hour, minute, second;
};

// Returns nothing if the parts are no valid date or the instant is out of range.
std::optional<TimeNs> instant_of(const DateAndTime& parts) {
  const std::chrono::year_month_day date{std::chrono::year{parts.year},
                                         std::chrono::month{static_cast<unsigned>(parts.month)},
                                         std::chrono::day{static_cast<unsigned>(parts.day)}};
  if (parts.year < 1678 || parts.year > 2261 || parts.month < 0 || parts.day < 0 || !date.ok() ||
      parts.hour < 0 || parts.minute < 0 || parts.second < 0) {
    return std::nullopt;
  }
  const auto days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t in_day = (parts.hour * 60LL + parts.minute) * 60 + parts.second;
  return day_start(static_cast<Day>(days)) + in_day * kNsPerSecond;
}

constexpr std::string_view kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::optional<TimeNs> parse_rfc3339_utc(std::string_view text) {
  if (text.size() < 19) return std::nullopt;
  const auto second = instant_of({.year = digits_at(text, 0, 4),
                                  .month = digits_at(text, 5, 2),
                                  .day = digits_at(text, 8, 2),
                                  .hour = digits_at(text, 11, 2),
                                  .minute = digits_at(text, 14, 2),
                                  .second = digits_at(text, 17, 2)});
  if (!second) return std::nullopt;
  std::int64_t fraction = 0;
  if (text.size() > 19 && text[19] == '.') {
    std::int64_t unit = kNsPerSecond;
    for (std::size_t i = 20; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      unit /= 10;
      fraction += unit * (text[i] - '0');
    }
  }
  return *second + fraction;
}

void append_rfc3339(TimeNs time, unsigned digits, std::string& out) {
  const Day day = day_of(time);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  const auto in_day = static_cast<std::uint64_t>(time - day_start(day));
  const std::uint64_t second = in_day / kNsPerSecond;
  // Decoding formats millions of instants: one buffer, one append.
  char text[] = "0000-00-00T00:00:00.000000000Z";
  const auto put = [&](std::size_t at, unsigned width, std::uint64_t number) {
    for (unsigned i = width; i-- > 0; number /= 10) text[at + i] += static_cast<char>(number % 10);
  };
  put(0, 4, static_cast<std::uint64_t>(static_cast<int>(date.year())));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, second / 3600);
  put(14, 2, second / 60 % 60);
  put(17, 2, second % 60);
  std::size_t length = 19;
  if (digits > 0) {
    std::uint64_t fraction = in_day % kNsPerSecond;
    for (unsigned i = digits; i < 9; ++i) fraction /= 10;
    put(20, digits, fraction);
    length = 20 + digits;
  }
  text[length] = 'Z';
  out.append(text, length + 1);
}

void append_http_date(TimeNs time, std::string& out) {
  const Day day = day_of(time);
  const std::chrono::sys_days days{std::chrono::days{day}};
  const std::chrono::year_month_day date{days};
  const auto second = static_cast<std::uint64_t>((time - day_start(day)) / kNsPerSecond);
  out += kWeekdays[std::chrono::weekday{days}.c_encoding()];
  out += ", ";
  append_padded(static_cast<unsigned>(date.day()), 2, out);
  out.push_back(' ');
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  out.push_back(' ');
  append_padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4, out);
  out.push_back(' ');
  append_padded(second / 3600, 2, out);
  out.push_back(':');
  append_padded(second / 60 % 60, 2, out);
  out.push_back(':');
  append_padded(second % 60, 2, out);
  out += " GMT";
}

std::optional<TimeNs> parse_http_date(std::string_view text) {
  if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
  const auto* const month = std::find(std::begin(kMonths), std::end(kMonths), text.substr(8, 3));
  if (month == std::end(kMonths)) return std::nullopt;
  return instant_of({.year = digits_at(text, 12, 4),
                     .month = static_cast<int>(month - std::begin(kMonths)) + 1,
                     .day = digits_at(text, 5, 2),
                     .hour = digits_at(text, 17, 2),
                     .minute = digits_at(text, 20, 2),
                     .second = digits_at(text, 23, 2)});
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
