// Builds a protocol request from command-line words.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

// Values with spaces, quotes or control characters become JSON strings, each one between commas
// separately; `k=` means an empty value. A value that begins with a double quote must be in the
// protocol's syntax already and is copied. The result has no line end.
std::string request_line(std::string_view verb, std::span<const std::string> arguments);

// Splits a list of values at its commas, except those within JSON strings.
std::vector<std::string_view> split_values(std::string_view list);

}  // namespace fortnight::client
