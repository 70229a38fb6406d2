// Text that is longer than the terminal is high goes through a pager, as a person expects.
#pragma once

#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// Writes to standard output, a terminal; through $PAGER (`less`, if it isn't set; none, if it is
// empty) where the text doesn't fit. Without such a program it is written as it is.
void page(std::string_view text, const Terminal& terminal);

}  // namespace fortnight::client
