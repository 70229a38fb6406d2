// Instants and durations as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "storage/call/batch.h"

namespace fortnight::storage {

// "2026-11-20T08:15:30.123Z" with `digits` (0 to 9) digits of the second's fraction, cut off, not
// rounded.
void append_rfc3339(TimeNs time, unsigned digits, std::string& out);

// The instant of a text that begins as append_rfc3339's do, read as UTC whatever stands behind the
// fraction. Digits of the fraction beyond the ninth are cut off. Nothing where it is no such text
// or the instant is out of range. Strict about nothing else: who must know writes the instant back
// and compares.
std::optional<TimeNs> parse_rfc3339_utc(std::string_view text);

// "Tue, 17 Nov 2026 04:48:02 GMT".
void append_http_date(TimeNs time, std::string& out);
// The reverse; nothing where the text is no such date. The day of the week is not looked at.
std::optional<TimeNs> parse_http_date(std::string_view text);

// The shortest decimal of a duration in `unit`: 7900000 ns is "7.9" ms.
void append_duration(std::int64_t duration_ns, DurationUnit unit, std::string& out);

}  // namespace fortnight::storage
