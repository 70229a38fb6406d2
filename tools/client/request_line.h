// From the words of a command line to the protocol's request line.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

// Values with spaces, quotes or control characters become JSON strings, each between its commas;
// `k=` asks for the empty value. A value that begins with a double quote is taken to be written for
// the protocol already. The line has no line end.
std::string request_line(std::string_view verb, std::span<const std::string> arguments);

// What stands between the commas of a list of values; those within JSON strings part nothing.
std::vector<std::string_view> split_values(std::string_view list);

}  // namespace fortnight::client
