// Parses civil time: the parts of a time, and whole forms. The strict form is RFC 3339, as programs
// write it; the lenient forms are those of logs and of people.
//
// The `take_` functions remove what they read from the front of `text`. If they return nothing, the
// rest of `text` is unspecified.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "base/civil_time.h"

namespace fortnight {

inline bool take_char(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// A number of exactly `digits` digits; -1 if there is none.
inline int take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

// "2026-11-20". The calendar is not checked.
std::optional<CivilDate> take_date(std::string_view& text);

// 11 for "Nov"; 0 if there is no name of a month.
int take_month_name(std::string_view& text);

struct CivilClock {
  int hour = 0;    // 0 to 23
  int minute = 0;  // 0 to 59
  int second = 0;  // 0 to 60
  // Nanoseconds since midnight. Second 60 is the last nanosecond of its minute.
  [[nodiscard]] TimeNs ns() const {
    const TimeNs ns = ((hour * 60 + minute) * 60 + second) * kNsPerSecond;
    return second == 60 ? ns - 1 : ns;
  }
};
// "08:15:30".
std::optional<CivilClock> take_clock(std::string_view& text);

struct SecondFraction {
  TimeNs ns = 0;           // digits beyond the ninth are cut off
  std::size_t digits = 0;  // all of them; at least 1
};
// The digits after the point.
std::optional<SecondFraction> take_fraction(std::string_view& text);

// "Z", "z", "+01:00" or "+0100", and if `hours_suffice`, "+01" at the end of the text.
std::optional<TimeNs> take_offset(std::string_view& text, bool hours_suffice);

// A date and a time of day to the second or finer.
struct CivilDateTime {
  TimeNs ns = 0;            // read as UTC
  std::uint8_t digits = 0;  // of the fraction, at most 9
  bool has_t = false;       // T or t separates date and time, not a space
};

// Parses many texts of one stream. Caches the last date, since most are of the same day. Not
// thread-safe.
class DateTimeReader {
 public:
  // "2026-11-20T08:15:30.123", years 1678 to 2261. If `lenient`, a space may replace the T and a
  // comma the point. Does not read an offset.
  std::optional<CivilDateTime> take(std::string_view& text, bool lenient);

 private:
  std::optional<TimeNs> take_day_start(std::string_view& text);

  char last_date_[10] = {};
  TimeNs last_start_ = 0;
};

// "Tue, 17 Nov 2026 04:48:02 GMT" (RFC 9110, IMF-fixdate), years 1678 to 2261. The day of the week
// is not checked.
std::optional<TimeNs> parse_http_date(std::string_view text);

// A time as a person may write it. Absent parts are nullopt.
struct CivilTime {
  std::optional<TimeNs> date_ns;    // midnight of the date
  std::optional<TimeNs> clock_ns;   // time of day, up to 24:00
  std::optional<TimeNs> offset_ns;  // from UTC
};
// Accepts "2026-11-20", "2026-11-20T08:15", "08:15:30.5", "2026-11-20T08:15:30Z", "…+01:00",
// "…+0100" and "…+01". A space may replace the T and may precede the offset; "t" and "z" are
// accepted. Years 1970 to 2200. Returns nothing for any other text.
std::optional<CivilTime> parse_civil(std::string_view text);

}  // namespace fortnight
