// Converts the times of calls, which answers have in UTC, to a zone that the user chose.
#pragma once

#include <string>
#include <string_view>

#include "base/time_zone.h"

namespace fortnight::client {

// "2026-11-20T08:15:30.123Z" becomes "2026-11-20T09:15:30.123+01:00"; other text stays as it is.
std::string in_zone(std::string_view time, const TimeZone& zone);
// Converts the times of a row, except those within the call's line.
std::string row_in_zone(std::string_view row, const TimeZone& zone);

}  // namespace fortnight::client
