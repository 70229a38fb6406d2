#include "base/civil_time.h"

#include <chrono>

#include "base/civil_text.h"

namespace fortnight {
namespace {

constexpr std::string_view kWeekdayNames = "SunMonTueWedThuFriSat";
constexpr std::string_view kCivilForm = "0000-00-00T00:00:00.000000000";
constexpr std::size_t kWrittenDate = 10;
constexpr std::size_t kSecondLength = 19;

// Writes the last `width` digits of `number` at `to`.
void put_digits(char* to, unsigned width, std::uint64_t number) {
  for (unsigned i = width; i-- > 0; number /= 10) to[i] = static_cast<char>('0' + number % 10);
}

void put_date(char* to, const CivilDate& date) {
  put_digits(to, 4, static_cast<std::uint64_t>(date.year));
  put_digits(to + 5, 2, static_cast<std::uint64_t>(date.month));
  put_digits(to + 8, 2, static_cast<std::uint64_t>(date.day));
}

// "08:15:30" of a second of the day.
void put_clock(char* to, std::uint64_t second) {
  put_digits(to, 2, second / 3600);
  put_digits(to + 3, 2, second / 60 % 60);
  put_digits(to + 6, 2, second % 60);
}

// Writes the civil time at `to`, where there is room for kCivilForm. Returns its length.
std::size_t put_civil_time(char* to, TimeNs time, unsigned digits) {
  kCivilForm.copy(to, kCivilForm.size());
  const Day day = day_of(time);
  const auto in_day = static_cast<std::uint64_t>(time_of_day(time));
  put_date(to, civil_date(day));
  put_clock(to + kWrittenDate + 1, in_day / kNsPerSecond);
  if (digits == 0) return kSecondLength;
  std::uint64_t fraction = in_day % kNsPerSecond;
  for (unsigned i = digits; i < 9; ++i) fraction /= 10;
  put_digits(to + kSecondLength + 1, digits, fraction);
  return kSecondLength + 1 + digits;
}

}  // namespace

std::optional<Day> day_of(const CivilDate& date) {
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(date.year),
                                        std::chrono::month(static_cast<unsigned>(date.month)),
                                        std::chrono::day(static_cast<unsigned>(date.day))};
  if (!ymd.ok()) return std::nullopt;
  const std::int64_t number = std::chrono::sys_days(ymd).time_since_epoch().count();
  return is_day(number) ? std::optional(static_cast<Day>(number)) : std::nullopt;
}

std::optional<TimeNs> date_start(const CivilDate& date) {
  constexpr int kFirstYear = 1678;
  constexpr int kLastYear = 2261;
  if (date.year < kFirstYear || date.year > kLastYear) return std::nullopt;
  const std::optional<Day> day = day_of(date);
  return day ? std::optional(day_start(*day)) : std::nullopt;
}

CivilDate civil_date(Day day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day()))};
}

std::string day_to_string(Day day) {
  std::string text(kCivilForm.substr(0, kWrittenDate));
  put_date(text.data(), civil_date(day));
  return text;
}

std::optional<Day> day_from_string(std::string_view text) {
  const std::optional<CivilDate> date = take_date(text);
  return date && text.empty() ? day_of(*date) : std::nullopt;
}

void append_civil_time(TimeNs time, unsigned digits, std::string& out) {
  char text[kCivilForm.size()];
  out.append(text, put_civil_time(text, time, digits));
}

// Columns of times are decoded by the million: one buffer, one append.
void append_rfc3339(TimeNs time, unsigned digits, std::string& out) {
  char text[kCivilForm.size() + 1];
  const std::size_t length = put_civil_time(text, time, digits);
  text[length] = 'Z';
  out.append(text, length + 1);
}

unsigned fraction_digits(TimeNs time) {
  std::int64_t rest = time - floor_div(time, kNsPerSecond) * kNsPerSecond;
  if (rest == 0) return 0;
  unsigned digits = 9;
  for (; rest % 10 == 0; rest /= 10) --digits;
  return digits;
}

void append_http_date(TimeNs time, std::string& out) {
  char text[] = "Sun, 00 Jan 0000 00:00:00 GMT";
  const Day day = day_of(time);
  const CivilDate date = civil_date(day);
  const std::chrono::weekday weekday{std::chrono::sys_days{std::chrono::days{day}}};
  kWeekdayNames.copy(text, 3, std::size_t{3} * weekday.c_encoding());
  put_digits(text + 5, 2, static_cast<std::uint64_t>(date.day));
  kMonthNames.copy(text + 8, 3, static_cast<std::size_t>(date.month - 1) * 3);
  put_digits(text + 12, 4, static_cast<std::uint64_t>(date.year));
  put_clock(text + 17, static_cast<std::uint64_t>(time - day_start(day)) / kNsPerSecond);
  out.append(text, sizeof text - 1);
}

}  // namespace fortnight
