// STATUS as a page: first whether all is well, in words, then details for an operator.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/terminal.h"

namespace fortnight::client {

// `row` is the row of STATUS. Absent members (other versions of the daemon) are skipped.
std::string render_status(std::string_view row, const Terminal& terminal);

}  // namespace fortnight::client
