// The grammar of single JSON scalars (RFC 8259).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight {

// Checks the syntax only: the number may be of any magnitude.
bool is_json_number(std::string_view text);
// True for `true`, `false`, `null` and numbers.
bool is_json_scalar(std::string_view text);
// The length of the escape at the start of `text`, including its backslash; 0 if JSON has no such
// escape. A \u escape may be half of a surrogate pair. `text` must begin with a backslash.
std::size_t escape_length(std::string_view text);
inline constexpr std::size_t kUnicodeEscape = 6;  // the length of \u00e9

// The code unit of the \u escape at the start of `text`; nothing if there is none.
std::optional<char32_t> escaped_unit(std::string_view text);
constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xd800 && unit <= 0xdbff; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xdc00 && unit <= 0xdfff; }

// Decodes the text between a JSON string's quotes to UTF-8. Without a backslash, returns `raw`
// itself; otherwise the result refers to `scratch`. A lone surrogate becomes U+FFFD.
std::string_view decode_json_string(std::string_view raw, std::string& scratch);

}  // namespace fortnight
