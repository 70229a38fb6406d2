// The grammar of JSON's scalars (RFC 8259), of single texts.
#pragma once

#include <string_view>

namespace fortnight::intake {

bool is_hex(char c);
// Of a hex digit.
unsigned hex_value(char c);

// Digits, point and exponent as JSON has them; nothing is said of the magnitude.
bool is_json_number(std::string_view text);
// true, false, null, or a number.
bool is_json_scalar(std::string_view text);
// Whether each backslash of `text` begins an escape that JSON knows. A \u escape may be half of a
// surrogate pair.
bool escapes_are_valid(std::string_view text);

}  // namespace fortnight::intake
