// The grammar of JSON's scalars (RFC 8259), of single texts.
#pragma once

#include <cstddef>
#include <string_view>

namespace fortnight::intake {

bool is_hex(char c);
// Of a hex digit.
unsigned hex_value(char c);

// Digits, point and exponent as JSON has them; nothing is said of the magnitude.
bool is_json_number(std::string_view text);
// true, false, null, or a number.
bool is_json_scalar(std::string_view text);
// The length of the escape that `text` begins with, its backslash counted in: 0 where JSON knows
// none such. A \u escape may be half of a surrogate pair. `text` begins with a backslash.
std::size_t escape_length(std::string_view text);

}  // namespace fortnight::intake
