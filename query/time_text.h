// Dates and times as text, without zones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight::query {

// Appends "2026-11-20T08:15:30" and `digits` (0 to 9) digits of the second's fraction. `time_ns`
// counts from 1970-01-01T00:00:00 on the same local clock.
void append_civil(std::int64_t time_ns, unsigned digits, std::string& out);
// The number of digits of a fraction that `time` needs.
unsigned fraction_digits(TimeNs time);
// Appends RFC 3339 in UTC: "2026-11-20T08:15:30.123Z".
void append_utc(TimeNs time, unsigned digits, std::string& out);

// A time as a person may write it. Absent parts are nullopt.
struct CivilTime {
  std::optional<std::int64_t> date_ns;    // midnight of the date
  std::optional<std::int64_t> clock_ns;   // time of day, up to 24:00
  std::optional<std::int64_t> offset_ns;  // from UTC
};
// Accepts "2026-11-20", "2026-11-20T08:15", "08:15:30.5", "2026-11-20T08:15:30Z", "…+01:00",
// "…+0100" and "…+01". A space may replace the T and may precede the offset; "t" and "z" are
// accepted. Years 1970 to 2200. Returns nothing for any other text.
std::optional<CivilTime> parse_civil(std::string_view text);

}  // namespace fortnight::query
