// Writes CSV (RFC 4180).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fortnight {

// Appends the values as one row with its line end. A row of a single empty value is quoted, because
// most readers skip empty lines.
void append_csv_row(std::span<const std::string> values, std::string& out);

// Whether a spreadsheet may evaluate the text as a formula; an apostrophe before it prevents that.
bool is_formula(std::string_view text);

}  // namespace fortnight
