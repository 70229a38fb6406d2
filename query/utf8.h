#pragma once

#include <cstddef>
#include <string_view>

namespace fortnight::query {

// The length of the longest prefix that is whole, well-formed UTF-8 (no surrogates, no overlong
// forms).
std::size_t valid_utf8_prefix(std::string_view text);

}  // namespace fortnight::query
