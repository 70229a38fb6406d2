// Tokens of free text, as the words codec writes them: a run of letters and digits with the space
// before it, if there is one; or any other single byte.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace fortnight::storage {

// Part of a run: letters, digits, and every byte of a character beyond ASCII.
inline bool is_word_byte(char c) {
  return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Calls `visit` for each token, in their order. Together they are the text.
template <typename Visit>
void each_word_token(std::string_view text, Visit&& visit) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t end = at;
    if (text[end] == ' ' && end + 1 < text.size() && is_word_byte(text[end + 1])) ++end;
    if (!is_word_byte(text[end])) {
      visit(text.substr(at, 1));
      ++at;
      continue;
    }
    while (end < text.size() && is_word_byte(text[end])) ++end;
    visit(text.substr(at, end - at));
    at = end;
  }
}

}  // namespace fortnight::storage
