// Formats JSON over several lines.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// Changes only the space between tokens: numbers and strings stay as they are. Text that isn't JSON
// is laid out arbitrarily, but completely; for that it doesn't use base/json_walk.h.
std::string pretty_json(std::string_view json, const Terminal& terminal);

}  // namespace fortnight::client
