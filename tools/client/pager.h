// Shows text that is longer than the terminal in a pager.
#pragma once

#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// Writes to standard output, which is a terminal. Text that doesn't fit goes through $PAGER
// (default `less`; empty: no pager). If the program is missing, the text is written directly.
void page(std::string_view text, const Terminal& terminal);

}  // namespace fortnight::client
