// The grammar of JSON's scalars (RFC 8259), of single texts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fortnight {

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

// Decodes the text between a JSON string's quotes to UTF-8. Without a backslash the result is `raw`
// itself; else it refers to `scratch`, and a lone surrogate becomes U+FFFD.
std::string_view decode_json_string(std::string_view raw, std::string& scratch);

}  // namespace fortnight
