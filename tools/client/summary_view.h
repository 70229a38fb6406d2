// What a summary says of periods, for people.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// "2026-11-20T08:15:30+01:00" as "2026-11-20 08:15".
std::string minute_of(std::string time);
// With a line end: with which period an answer is compared; empty where it is with none.
std::string compared_with(std::string_view summary, const Terminal& terminal);
// With a line end: where the nearest match is of what wasn't found; empty where none is known.
std::string nearest_match(std::string_view summary, const Terminal& terminal);

}  // namespace fortnight::client
