// The generator's instants: microseconds since 1970-01-01T00:00:00Z. It formats and parses them
// with code of its own, not with base/civil_time.h, so that what it generates is an independent
// check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight::generate {

using Micros = std::int64_t;
inline constexpr Micros kSecond = 1'000'000;
inline constexpr Micros kQuarter = 900 * kSecond;
inline constexpr Micros kHour = 3600 * kSecond;
inline constexpr Micros kDay = 24 * kHour;

// "2026-11-20T08:15:30.123456Z", of `fraction_digits` (0 to 6).
void append_rfc3339(std::string& out, Micros time, int fraction_digits);
// "Fri, 20 Nov 2026 08:15:30 GMT".
void append_http_date(std::string& out, Micros time);
// Parses "2026-11-20", or the first form above with up to six digits; only UTC.
std::optional<Micros> parse_instant(std::string_view text);
// The system's clock.
Micros now();

}  // namespace fortnight::generate
