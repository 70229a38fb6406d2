#include "intake/written_time.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"

namespace fortnight::intake {
namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::size_t kAbbreviated = 3;

void skip_blanks(std::string_view& text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

// Removes a name, or its first three letters, from the front of `text`; returns its number from 1,
// or 0.
template <std::size_t N>
int take_name(std::string_view& text, const std::array<std::string_view, N>& names) {
  for (std::size_t i = 0; i < N; ++i) {
    for (const std::string_view name : {names[i], names[i].substr(0, kAbbreviated)}) {
      if (text.size() < name.size() || !equal_without_case(text.substr(0, name.size()), name)) {
        continue;
      }
      text.remove_prefix(name.size());
      return static_cast<int>(i) + 1;
    }
  }
  return 0;
}

// A number of up to `most` digits; -1 if there is none.
int take_digits(std::string_view& text, std::size_t most) {
  std::size_t digits = 0;
  while (digits < std::min(most, text.size()) && is_digit(text[digits])) ++digits;
  return digits == 0 ? -1 : take_number(text, digits);
}

int full_year(int two_digits) { return two_digits + (two_digits < 69 ? 2000 : 1900); }

// "08:15:30", and a fraction after a point or comma.
bool take_clock_into(std::string_view& text, WrittenTime& time) {
  const std::optional<CivilClock> clock = take_clock(text);
  if (!clock) return false;
  time.clock = clock->ns();
  if (!take_char(text, '.') && !take_char(text, ',')) return true;
  const std::optional<SecondFraction> fraction = take_fraction(text);
  if (!fraction) return false;
  time.digits = static_cast<std::uint8_t>(std::min<std::size_t>(fraction->digits, 9));
  if (clock->second < 60) time.clock += fraction->ns;
  return true;
}

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_letter);
}

bool is_utc_word(std::string_view text) { return text == "UTC" || text == "GMT" || text == "Z"; }

// One blank-separated token of a named time. Each part of the time may come once.
class NamedTime {
 public:
  bool take(std::string_view token) {
    if (token.ends_with(',')) token.remove_suffix(1);
    if (token.empty()) return true;
    if (is_letter(token.front())) return take_letters(token);
    if (token.front() == '+' || token.front() == '-') {
      const std::optional<TimeNs> offset = take_offset(token, true);
      if (!offset || !token.empty() || time_.offset) return false;
      time_.offset = offset;
      return true;
    }
    if (token.find(':') != std::string_view::npos) {
      if (has_clock_) return false;
      has_clock_ = true;
      return take_clock_into(token, time_) && token.empty();
    }
    if (token.find('-') != std::string_view::npos) return take_dashed(token);
    return take_plain_number(token);
  }

  [[nodiscard]] std::optional<WrittenTime> time() const {
    const bool complete = has_clock_ && time_.month != 0 && time_.day != 0;
    return complete ? std::optional(time_) : std::nullopt;
  }

 private:
  bool take_letters(std::string_view token) {
    if (is_utc_word(token)) {
      if (!time_.offset) time_.offset = 0;
      return true;
    }
    std::string_view rest = token;
    if (take_name(rest, kWeekdays) != 0 && rest.empty()) return !std::exchange(has_weekday_, true);
    rest = token;
    const int month = take_name(rest, kMonths);
    if (month != 0 && rest.empty()) return std::exchange(time_.month, month) == 0;
    return time_.offset.has_value() && is_word(token);  // the name of the offset's zone
  }

  // 28-Nov-2026 or 28-Nov-26
  bool take_dashed(std::string_view token) {
    if (time_.day != 0 || time_.month != 0 || time_.year) return false;
    time_.day = take_digits(token, 2);
    if (time_.day < 0 || !take_char(token, '-')) return false;
    time_.month = take_name(token, kMonths);
    if (time_.month == 0 || !take_char(token, '-')) return false;
    const bool is_short = token.size() == 2;
    const int year = take_number(token, is_short ? 2 : 4);
    if (year < 0 || !token.empty()) return false;
    time_.year = is_short ? full_year(year) : year;
    return true;
  }

  bool take_plain_number(std::string_view token) {
    const bool is_year = token.size() == 4;
    const int number = take_digits(token, 4);
    if (number < 0 || !token.empty()) return false;
    if (is_year) return !std::exchange(time_.year, number).has_value();
    return number > 0 && std::exchange(time_.day, number) == 0;
  }

  WrittenTime time_;
  bool has_clock_ = false;
  bool has_weekday_ = false;
};

// Reads a text by a pattern, one conversion after the other.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(text) {}

  std::optional<WrittenTime> read(std::string_view pattern) {
    if (!take(pattern) || !text_.empty()) return std::nullopt;
    if (time_.instant) {
      time_.instant = *time_.instant + fraction_;
      return time_;
    }
    if (day_of_year_ != 0 && time_.year) set_day_of_year();
    if (afternoon_) hour_ = hour_ % 12 + (*afternoon_ ? 12 : 0);
    time_.clock = CivilClock{hour_, minute_, second_}.ns() + (second_ < 60 ? fraction_ : 0);
    return time_.month != 0 && time_.day != 0 ? std::optional(time_) : std::nullopt;
  }

 private:
  bool take(std::string_view pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (is_blank(pattern[i])) {
        skip_blanks(text_);
      } else if (pattern[i] != '%') {
        if (!take_char(text_, pattern[i])) return false;
      } else if (!convert(pattern[++i])) {
        return false;
      }
    }
    return true;
  }

  bool in_range(int number, int least, int most, int& to) {
    to = number;
    return number >= least && number <= most;
  }

  bool convert(char conversion) {
    int year = 0;
    switch (conversion) {
      case 'Y':
        time_.year = take_number(text_, 4);
        return *time_.year >= 0;
      case 'y':
        if (!in_range(take_number(text_, 2), 0, 99, year)) return false;
        time_.year = full_year(year);
        return true;
      case 'm':
        return in_range(take_digits(text_, 2), 1, 12, time_.month);
      case 'b':
      case 'B':
      case 'h':
        time_.month = take_name(text_, kMonths);
        return time_.month != 0;
      case 'a':
      case 'A':
        return take_name(text_, kWeekdays) != 0;
      case 'd':
      case 'e':
        skip_blanks(text_);
        return in_range(take_digits(text_, 2), 1, 31, time_.day);
      case 'j':
        return in_range(take_digits(text_, 3), 1, 366, day_of_year_);
      default:
        return convert_clock(conversion);
    }
  }

  bool convert_clock(char conversion) {
    switch (conversion) {
      case 'H':
        return in_range(take_digits(text_, 2), 0, 23, hour_);
      case 'I':
        return in_range(take_digits(text_, 2), 1, 12, hour_);
      case 'p':
        return take_half();
      case 'M':
        return in_range(take_digits(text_, 2), 0, 59, minute_);
      case 'S':
        return in_range(take_digits(text_, 2), 0, 60, second_);
      case 'f':
      case 'L':
      case 'N':
        return take_second_fraction();
      case 's':
        return take_epoch();
      case 'z':
        time_.offset = take_offset(text_, true);
        return time_.offset.has_value();
      case 'Z':
        return take_zone_word();
      case 'T':
        return take("%H:%M:%S");
      case 'R':
        return take("%H:%M");
      case 'F':
        return take("%Y-%m-%d");
      case 'D':
        return take("%m/%d/%y");
      case 'n':
      case 't':
        skip_blanks(text_);
        return true;
      default:
        return take_char(text_, conversion);  // %%
    }
  }

  bool take_half() {
    if (text_.size() < 2) return false;
    const std::string_view half = text_.substr(0, 2);
    if (equal_without_case(half, "PM")) {
      afternoon_ = true;
    } else if (equal_without_case(half, "AM")) {
      afternoon_ = false;
    } else {
      return false;
    }
    text_.remove_prefix(2);
    return true;
  }

  bool take_second_fraction() {
    const std::optional<SecondFraction> fraction = take_fraction(text_);
    if (!fraction) return false;
    fraction_ = fraction->ns;
    time_.digits = static_cast<std::uint8_t>(std::min<std::size_t>(fraction->digits, 9));
    return true;
  }

  bool take_epoch() {
    constexpr std::size_t kMostDigits = 10;
    constexpr TimeNs kMost = kMaxTime / kNsPerSecond;
    std::size_t digits = 0;
    while (digits < text_.size() && is_digit(text_[digits])) ++digits;
    if (digits == 0 || digits > kMostDigits) return false;
    TimeNs seconds = 0;
    for (const char c : text_.substr(0, digits)) seconds = seconds * 10 + (c - '0');
    text_.remove_prefix(digits);
    if (seconds >= kMost) return false;
    time_.instant = seconds * kNsPerSecond;
    return true;
  }

  bool take_zone_word() {
    for (const std::string_view word : {"UTC", "GMT", "Z"}) {
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      time_.offset = 0;
      return true;
    }
    return false;
  }

  void set_day_of_year() {
    const std::optional<Day> first = day_of({*time_.year, 1, 1});
    if (!first) return;
    const CivilDate date = civil_date(*first + day_of_year_ - 1);
    if (date.year != *time_.year) return;
    time_.month = date.month;
    time_.day = date.day;
  }

  std::string_view text_;
  WrittenTime time_;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int day_of_year_ = 0;
  TimeNs fraction_ = 0;
  std::optional<bool> afternoon_;
};

}  // namespace

WrittenOffset parse_written_offset(std::string_view text) {
  WrittenOffset written;
  skip_blanks(text);
  while (!text.empty()) {
    const std::size_t length = std::min(text.find_first_of(" \t["), text.size());
    std::string_view token = text.substr(0, std::max<std::size_t>(length, 1));
    text.remove_prefix(token.size());
    if (token == "[") {  // [Europe/Berlin]
      const std::size_t end = text.find(']');
      written.sound = written.offset && end != std::string_view::npos;
      text.remove_prefix(written.sound ? end + 1 : text.size());
    } else if (token.starts_with("m=")) {
      written.sound = written.offset.has_value();
    } else if (is_utc_word(token) || token == "z") {
      if (!written.offset) written.offset = 0;
    } else if (written.offset) {
      written.sound = is_word(token) || (take_offset(token, true) && token.empty());
    } else {
      written.offset = take_offset(token, true);
      written.sound = written.offset && token.empty();
    }
    if (!written.sound) return written;
    skip_blanks(text);
  }
  return written;
}

std::optional<WrittenTime> parse_named_time(std::string_view text) {
  NamedTime time;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find(' '), text.size());
    if (!time.take(text.substr(0, length))) return std::nullopt;
    text.remove_prefix(std::min(length + 1, text.size()));
  }
  return time.time();
}

std::optional<WrittenTime> parse_time_pattern(std::string_view text, std::string_view pattern) {
  return PatternReader(text).read(pattern);
}

}  // namespace fortnight::intake
