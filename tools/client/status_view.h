// STATUS as a page for people: whether all is well, in words, then what an operator looks at.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// `row` is STATUS's one row. Members that are absent, as those of another version's daemon may be,
// are passed over.
std::string render_status(std::string_view row, const Terminal& terminal);

}  // namespace fortnight::client
