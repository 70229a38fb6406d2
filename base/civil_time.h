// Civil time: dates and times of day in the Gregorian calendar, and their text. base/civil_text.h
// parses such text, and base/time_zone.h has time zones.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight {

struct CivilDate {
  int year = 1970;
  int month = 1;  // from 1
  int day = 1;    // from 1
};

// Nothing if there is no such date, or if is_day() is false for it.
std::optional<Day> day_of(const CivilDate& date);
CivilDate civil_date(Day day);

// Midnight of a date of the years 1678 to 2261; nothing for other dates. In these years any time
// with any offset is in range.
std::optional<TimeNs> date_start(const CivilDate& date);

// "2026-11-20".
std::string day_to_string(Day day);
// The inverse; nothing for any text that day_to_string() doesn't return.
std::optional<Day> day_from_string(std::string_view text);

// Appends "2026-11-20T08:15:30" and `digits` (0 to 9) digits of the second's fraction, not rounded.
// `time` counts from 1970-01-01T00:00:00 on the same clock.
void append_civil_time(TimeNs time, unsigned digits, std::string& out);
// Appends RFC 3339 in UTC: "2026-11-20T08:15:30.123Z".
void append_rfc3339(TimeNs time, unsigned digits, std::string& out);
// The number of digits of a fraction that `time` needs.
unsigned fraction_digits(TimeNs time);

// Appends "Tue, 17 Nov 2026 04:48:02 GMT" (RFC 9110, IMF-fixdate).
void append_http_date(TimeNs time, std::string& out);

// The English names of months, three bytes each.
inline constexpr std::string_view kMonthNames = "JanFebMarAprMayJunJulAugSepOctNovDec";

}  // namespace fortnight
