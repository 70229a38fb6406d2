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

// The length of the longest prefix of whole, well-formed UTF-8 characters (no surrogates, no
// overlong forms).
std::size_t valid_utf8_prefix(std::string_view text);

}  // namespace fortnight
