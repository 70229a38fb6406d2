// A member of an answer's row as a cell of a table: its heading, its text, its style.
#pragma once

#include <string>
#include <string_view>

#include "tools/client/table.h"
#include "tools/client/terminal.h"

namespace fortnight::client {

// "ms" of duration_ms.
std::string heading_of(std::string_view key);
// Counts with commas, rates in percent, milliseconds with two decimals, times to the millisecond
// or, on a narrow terminal, to the second; anything else as it stands. null is empty.
Cell cell_of(std::string_view key, std::string_view json, const Terminal& terminal);

// Whether the member is an instant.
bool is_time(std::string_view key);
// Columns that an instant takes.
std::size_t time_width(const Terminal& terminal);
// "41.25" of 41.25039.
std::string milliseconds(std::string_view json);

}  // namespace fortnight::client
