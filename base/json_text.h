// The grammar of single JSON scalars (RFC 8259).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fortnight {

bool is_hex(char c);
// The value of a hex digit. `c` must be one.
unsigned hex_value(char c);

// Checks the syntax only: the number may be of any magnitude.
bool is_json_number(std::string_view text);
// True for `true`, `false`, `null` and numbers.
bool is_json_scalar(std::string_view text);
// The length of the escape at the start of `text`, including its backslash; 0 if JSON has no such
// escape. A \u escape may be half of a surrogate pair. `text` must begin with a backslash.
std::size_t escape_length(std::string_view text);

// Decodes the text between a JSON string's quotes to UTF-8. Without a backslash, returns `raw`
// itself; otherwise the result refers to `scratch`. A lone surrogate becomes U+FFFD.
std::string_view decode_json_string(std::string_view raw, std::string& scratch);

}  // namespace fortnight
