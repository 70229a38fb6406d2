// Rows of the protocol as CSV (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

// The names of `ts,account,"/a,b"`, as EXPORT's fields= is written.
std::vector<std::string> split_fields(std::string_view fields);
// How cells are written.
struct CsvText {
  bool safe = false;     // an apostrophe before what a spreadsheet would take for a formula
  bool visible = false;  // for a terminal: what would drive it is escaped
};

// The header line, with its line end.
std::string csv_header(const std::vector<std::string>& fields, CsvText form);
// The values of the row's members of those names. Several IDs of a kind are parted by spaces; what
// is absent or null is empty.
std::string csv_row(std::string_view row, const std::vector<std::string>& fields, CsvText form);

}  // namespace fortnight::client
