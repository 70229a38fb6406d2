// JSON over several lines, for reading.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// Changes nothing but the space between tokens: numbers and strings stay as they were written. Text
// that is no JSON comes out in some order or other, but whole.
std::string pretty_json(std::string_view json, const Terminal& terminal);

}  // namespace fortnight::client
