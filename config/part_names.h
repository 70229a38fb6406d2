// The names of the pieces that strings are taken apart into.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "config/format.h"

namespace fortnight::config {

// Parts that every format has: the name of the line's source, the time of its arrival, the path of
// its file, and what its wrapping tells.
inline constexpr std::array<std::string_view, 8> kBuiltInParts = {
    "source", "arrival", "file", "time", "host", "program", "process", "stream"};

// Of a part that is no expression.
inline constexpr std::array<std::string_view, 3> kRequestLineParts = {"method", "path", "protocol"};
inline constexpr std::array<std::string_view, 10> kClfParts = {
    "client",   "account", "ts",    "method",  "path",
    "protocol", "status",  "bytes", "referer", "user_agent"};
inline constexpr std::array<std::string_view, 3> kUrlParts = {"scheme", "authority", "path"};

// The names of its pieces, in their order. Of an expression, those of its groups by their number: a
// group without a name has an empty one. None if the expression isn't valid.
std::vector<std::string> part_names(const Part& part);

}  // namespace fortnight::config
