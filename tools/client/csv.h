// Rows of the protocol as CSV (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

// Splits a list of names such as `ts,account,"/a,b"`, in the syntax of EXPORT's fields=.
std::vector<std::string> split_fields(std::string_view fields);
// Options for cells.
struct CsvText {
  bool safe = false;     // an apostrophe before text that a spreadsheet may evaluate as a formula
  bool visible = false;  // for a terminal: control characters are escaped
};

// The header line, with its line end.
std::string csv_header(const std::vector<std::string>& fields, CsvText form);
// The values of the row's members with those names. Several IDs of a kind are separated by spaces;
// absent and null values are empty.
std::string csv_row(std::string_view row, const std::vector<std::string>& fields, CsvText form);

}  // namespace fortnight::client
