#include "query/time_text.h"

#include <date/date.h>
#include <fmt/format.h>

#include <iterator>

namespace fortnight::query {

namespace {

constexpr std::int64_t kNsPerMinute = 60 * kNsPerSecond;
constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads from the front of a text. After the first failure all further reads fail.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return text_.empty(); }
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void need(char c) { ok_ = take(c) && ok_; }
  int number(unsigned digits, int most) {
    int value = 0;
    for (unsigned i = 0; i < digits; ++i) {
      if (text_.empty() || !is_digit(text_.front())) {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (text_.front() - '0');
      text_.remove_prefix(1);
    }
    ok_ = ok_ && value <= most;
    return value;
  }
  // Reads one to nine digits, as nanoseconds.
  std::int64_t fraction() {
    std::int64_t value = 0;
    unsigned digits = 0;
    for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1), ++digits) {
      if (digits < 9) value = value * 10 + (text_.front() - '0');
    }
    ok_ = ok_ && digits >= 1 && digits <= 9;
    for (; digits < 9; ++digits) value *= 10;
    return value;
  }

 private:
  std::string_view text_;
  bool ok_ = true;
};

std::optional<std::int64_t> take_date(TextReader& in) {
  const int year = in.number(4, kLastYear);
  in.need('-');
  const int month = in.number(2, 12);
  in.need('-');
  const int day = in.number(2, 31);
  const date::year_month_day date{date::year(year), date::month(static_cast<unsigned>(month)),
                                  date::day(static_cast<unsigned>(day))};
  if (!in.ok() || !date.ok() || year < kFirstYear) return std::nullopt;
  return date::sys_days(date).time_since_epoch().count() * kNsPerDay;
}

// Accepts times up to 24:00, the end of the day.
std::optional<std::int64_t> take_clock(TextReader& in) {
  std::int64_t clock = in.number(2, 24) * kNsPerHour;
  in.need(':');
  clock += in.number(2, 59) * kNsPerMinute;
  if (in.take(':')) {
    clock += in.number(2, 59) * kNsPerSecond;
    if (in.take('.')) clock += in.fraction();
  }
  if (!in.ok() || clock > kNsPerDay) return std::nullopt;
  return clock;
}

std::optional<std::int64_t> take_offset(TextReader& in) {
  if (in.take('Z') || in.take('z')) return 0;
  in.take(' ');
  const bool west = in.take('-');
  if (!west && !in.take('+')) return std::nullopt;
  std::int64_t offset = in.number(2, 23) * kNsPerHour;
  if (in.take(':') || !in.at_end()) offset += in.number(2, 59) * kNsPerMinute;
  return west ? -offset : offset;
}

}  // namespace

void append_civil(std::int64_t time_ns, unsigned digits, std::string& out) {
  const std::int64_t day = floor_div(time_ns, kNsPerDay);
  const std::int64_t in_day = time_ns - day * kNsPerDay;
  const date::year_month_day date{date::sys_days(date::days(day))};
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                 in_day / kNsPerHour, in_day / kNsPerMinute % 60, in_day / kNsPerSecond % 60);
  if (digits == 0) return;
  const std::string fraction = fmt::format(".{:09}", in_day % kNsPerSecond);
  out.append(fraction, 0, digits + 1);
}

unsigned fraction_digits(TimeNs time) {
  std::int64_t rest = time - floor_div(time, kNsPerSecond) * kNsPerSecond;
  if (rest == 0) return 0;
  unsigned digits = 9;
  for (; rest % 10 == 0; rest /= 10) --digits;
  return digits;
}

void append_utc(TimeNs time, unsigned digits, std::string& out) {
  append_civil(time, digits, out);
  out.push_back('Z');
}

std::optional<CivilTime> parse_civil(std::string_view text) {
  CivilTime time;
  TextReader in(text);
  if (text.size() > 4 && text[4] == '-') {
    time.date_ns = take_date(in);
    if (!time.date_ns) return std::nullopt;
    if (in.at_end()) return time;
    if (!in.take('T') && !in.take('t')) in.need(' ');
  }
  time.clock_ns = take_clock(in);
  if (!time.clock_ns) return std::nullopt;
  if (time.date_ns) time.offset_ns = take_offset(in);
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return time;
}

}  // namespace fortnight::query
