// A whole call, for a person to read.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// From a row of SHOW: what is known of the call, then its request and its response as HTTP writes
// them, then whatever else its line says.
std::string render_call(std::string_view row, const Terminal& terminal);

}  // namespace fortnight::client
