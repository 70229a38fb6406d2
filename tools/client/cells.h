// Formats a member of a row as a table cell: heading, text, style.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/table.h"
#include "tools/client/terminal.h"

namespace fortnight::client {

// For example "ms" for duration_ms.
std::string heading_of(std::string_view key);
// Counts get commas, rates percent, milliseconds two decimals, times milliseconds (on a narrow
// terminal, seconds). Other values stay as they are; null is empty.
Cell cell_of(std::string_view key, std::string_view json, const Terminal& terminal);

// Whether the member is a time.
bool is_time(std::string_view key);
// Columns of a time.
std::size_t time_width(const Terminal& terminal);
// "41.25039" becomes "41.25".
std::string milliseconds(std::string_view json);

}  // namespace fortnight::client
