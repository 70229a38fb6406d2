// Dates and times as text, zones apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace fortnight::query {

// "2026-11-20T08:15:30" and `digits` digits of the second's fraction (0 to 9), of a time counted
// from 1970-01-01T00:00:00 on the clock that it is of.
void append_civil(std::int64_t time_ns, unsigned digits, std::string& out);
// How many digits of a fraction `time` needs.
unsigned fraction_digits(TimeNs time);
// RFC 3339 in UTC: "2026-11-20T08:15:30.123Z".
void append_utc(TimeNs time, unsigned digits, std::string& out);

// What a person may write for a time. The parts that stand there say what it means.
struct CivilTime {
  std::optional<std::int64_t> date_ns;    // midnight of the date
  std::optional<std::int64_t> clock_ns;   // time of day, up to 24:00
  std::optional<std::int64_t> offset_ns;  // from UTC
};
// "2026-11-20", "2026-11-20T08:15", "08:15:30.5", "2026-11-20T08:15:30Z", "…+01:00", "…+0100",
// "…+01"; a space will do for the T, "t" and "z" for T and Z, and a space may stand before the
// offset. The years 1970 to 2200. Nothing where it is none of these.
std::optional<CivilTime> parse_civil(std::string_view text);

}  // namespace fortnight::query
