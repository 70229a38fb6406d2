// Instants and durations as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "storage/call/batch.h"

namespace fortnight::storage {

// Appends "2026-11-20T08:15:30.123Z" with `digits` (0 to 9) digits of the fraction, truncated.
void append_rfc3339(TimeNs time, unsigned digits, std::string& out);

// Parses a text that begins as append_rfc3339() writes it, as UTC whatever follows the fraction.
// Digits of the fraction beyond the ninth are ignored. Returns nothing if the text has another form
// or the instant is out of range. A caller that needs an exact match writes the instant back and
// compares.
std::optional<TimeNs> parse_rfc3339_utc(std::string_view text);

// Appends "Tue, 17 Nov 2026 04:48:02 GMT".
void append_http_date(TimeNs time, std::string& out);
// The inverse; nothing if the text isn't such a date. The day of the week is not checked.
std::optional<TimeNs> parse_http_date(std::string_view text);

// Appends the shortest decimal of a duration in `unit`: 7900000 ns is "7.9" ms.
void append_duration(std::int64_t duration_ns, DurationUnit unit, std::string& out);

}  // namespace fortnight::storage
