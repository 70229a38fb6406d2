#include "tools/generate/instant.h"

#include <charconv>
#include <chrono>

#include "tools/generate/ids.h"

namespace fortnight::generate {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day date_of(Micros time) {
  return year_month_day(std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(time))));
}

void append_clock(std::string& out, Micros time) {
  const Micros second = time % kDay / kSecond;
  append_padded(out, second / 3600, 2);
  out.push_back(':');
  append_padded(out, second / 60 % 60, 2);
  out.push_back(':');
  append_padded(out, second % 60, 2);
}

// Takes `digits` digits and then, if it isn't NUL, `separator` off the front of `text`.
std::optional<int> take(std::string_view& text, std::size_t digits, char separator) {
  int value = 0;
  if (text.size() < digits + (separator != '\0' ? 1 : 0)) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
  if (error != std::errc() || end != text.data() + digits || value < 0) return std::nullopt;
  text.remove_prefix(digits);
  if (separator == '\0') return value;
  if (text.front() != separator) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

std::optional<Micros> take_clock(std::string_view text) {
  const auto hour = take(text, 2, ':');
  const auto minute = take(text, 2, ':');
  const auto second = take(text, 2, '\0');
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  Micros fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    int digits = 0;
    for (; !text.empty() && text[0] >= '0' && text[0] <= '9' && digits < 6; ++digits) {
      fraction = fraction * 10 + (text[0] - '0');
      text.remove_prefix(1);
    }
    for (; digits < 6; ++digits) fraction *= 10;
  }
  if (text != "Z") return std::nullopt;
  return *hour * kHour + (*minute * 60 + *second) * kSecond + fraction;
}

}  // namespace

void append_rfc3339(std::string& out, Micros time, int fraction_digits) {
  const year_month_day date = date_of(time);
  append_padded(out, static_cast<std::uint64_t>(int(date.year())), 4);
  out.push_back('-');
  append_padded(out, unsigned(date.month()), 2);
  out.push_back('-');
  append_padded(out, unsigned(date.day()), 2);
  out.push_back('T');
  append_clock(out, time);
  if (fraction_digits > 0) {
    out.push_back('.');
    const std::size_t start = out.size();
    append_padded(out, time % kSecond, 6);
    out.resize(start + static_cast<std::size_t>(fraction_digits));
  }
  out.push_back('Z');
}

void append_http_date(std::string& out, Micros time) {
  constexpr std::string_view kDays = "ThuFriSatSunMonTueWed";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const year_month_day date = date_of(time);
  out.append(kDays.substr(static_cast<std::size_t>(time / kDay % 7) * 3, 3)).append(", ");
  append_padded(out, unsigned(date.day()), 2);
  out.push_back(' ');
  out.append(kMonths.substr((unsigned(date.month()) - 1) * 3, 3)).push_back(' ');
  append_padded(out, static_cast<std::uint64_t>(int(date.year())), 4);
  out.push_back(' ');
  append_clock(out, time);
  out.append(" GMT");
}

std::optional<Micros> parse_instant(std::string_view text) {
  const auto year = take(text, 4, '-');
  const auto month = take(text, 2, '-');
  const auto day = take(text, 2, '\0');
  if (!year || !month || !day) return std::nullopt;
  const year_month_day date{std::chrono::year(*year), std::chrono::month(unsigned(*month)),
                            std::chrono::day(unsigned(*day))};
  if (!date.ok() || *year < 1970) return std::nullopt;
  const Micros midnight = sys_days(date).time_since_epoch().count() * kDay;
  if (text.empty()) return midnight;
  if (text.front() != 'T') return std::nullopt;
  const auto clock = take_clock(text.substr(1));
  if (!clock) return std::nullopt;
  return midnight + *clock;
}

Micros now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace fortnight::generate
