// UTF-8 as RFC 3629 has it: no surrogates, no overlong forms.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fortnight {

// `code` must be a Unicode scalar value.
inline void append_utf8(char32_t code, std::string& out) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

// Decodes `character`, which must be one whole, well-formed character.
char32_t decode_utf8(std::string_view character);

// The length of the character at the start of `text`; 0 if there is no well-formed one. `text` must
// not be empty.
std::size_t utf8_character(std::string_view text);
// The number of bytes that one replacement covers if there is none: the well-formed start of a
// character, or one byte.
std::size_t ill_formed_utf8(std::string_view text);
// The length of the longest prefix of whole, well-formed UTF-8 characters.
std::size_t valid_utf8_prefix(std::string_view text);

// U+FFFD, which replaces an error.
inline constexpr std::string_view kReplacementCharacter = "\xef\xbf\xbd";

}  // namespace fortnight
