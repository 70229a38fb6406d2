// Parses times that have the name of a month, and times of a pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/civil_text.h"

namespace fortnight::intake {

struct WrittenTime {
  std::optional<int> year;
  int month = 0;
  int day = 0;
  TimeNs clock = 0;               // since midnight
  std::uint8_t digits = 0;        // of the second's fraction, at most 9
  std::optional<TimeNs> offset;   // from UTC
  std::optional<TimeNs> instant;  // of seconds since 1970; the rest is then unset
};

// The offset that a time ends with, or nothing if it ends without one: "Z", "+01:00", "+0100",
// "+01", "UTC", "GMT". After an offset, the name of its zone is ignored ("+0100 CET",
// "+01:00[Europe/Berlin]"), and so is Go's monotonic clock (" m=+1.5"). Blanks may precede each.
struct WrittenOffset {
  bool sound = true;  // whether the text is nothing else
  std::optional<TimeNs> offset;
};
WrittenOffset parse_written_offset(std::string_view text);

// Times with the English name of a month, as C, HTTP, Ruby, Go and syslog write them: the date, the
// clock and the offset in any order, separated by blanks. A day of the week is ignored.
//   Fri Nov 13 00:57:20 2026          Sat, 28 Nov 2026 20:00:00 GMT    Nov 28 13:09:21
//   Fri Nov 13 00:57:20 +0100 2026    28-Nov-2026 20:00:00.123
std::optional<WrittenTime> parse_named_time(std::string_view text);

// `pattern` must be valid (config/time_pattern.h). A blank in it matches any number of blanks, as
// in strptime(3).
std::optional<WrittenTime> parse_time_pattern(std::string_view text, std::string_view pattern);

}  // namespace fortnight::intake
