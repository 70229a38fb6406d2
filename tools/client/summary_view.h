// The periods of a summary as text.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// "2026-11-20T08:15:30+01:00" becomes "2026-11-20 08:15".
std::string minute_of(std::string time);
// The period that an answer is compared with, with a line end; empty if there is none.
std::string compared_with(std::string_view summary, const Terminal& terminal);
// The nearest match when nothing was found, with a line end; empty if none is known.
std::string nearest_match(std::string_view summary, const Terminal& terminal);

}  // namespace fortnight::client
