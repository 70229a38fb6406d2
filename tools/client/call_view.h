// Shows a whole call on a terminal.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// `row` is a row of SHOW. Shows the call's fields, then request and response in HTTP form, then the
// other members of its line.
std::string render_call(std::string_view row, const Terminal& terminal);

}  // namespace fortnight::client
