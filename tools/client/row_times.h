// The times of calls, which answers have in UTC, in another zone: for people, who asked for it.
#pragma once

#include <string>
#include <string_view>

#include "query/time_zone.h"

namespace fortnight::client {

// "2026-11-20T08:15:30.123Z" as "2026-11-20T09:15:30.123+01:00"; anything but a time stays as it
// is.
std::string in_zone(std::string_view time, const query::TimeZone& zone);
// The row with its times in the zone: its own ones, not those within the call's line.
std::string row_in_zone(std::string_view row, const query::TimeZone& zone);

}  // namespace fortnight::client
