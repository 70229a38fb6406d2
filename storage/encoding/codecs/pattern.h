// What writing and searching patterns share: how a text is split into a pattern and tokens.
//
//   /api/profiles/01HZY5...?page=3     text
//   /api/profiles/<2>?page=<1>         pattern: <1>, <2> are the bytes 1 and 2
//   3                                  integer tokens
//   01HZY5...                          other tokens
//
// A token is a run of letters, digits, '-' and '_' that has a digit in it or is long. In a pattern
// the byte 1 marks a token that is a canonical integer, the byte 2 any other token.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/number_text.h"
#include "storage/call/needle.h"
#include "storage/encoding/text_codec.h"

namespace fortnight::storage {

// Of tokens: integers, and others.
inline constexpr std::size_t kTokenKinds = 2;
// A run of name characters this long is a token even without a digit.
inline constexpr std::size_t kLongToken = 24;

inline bool is_token(std::string_view name) {
  return name.size() >= kLongToken || std::any_of(name.begin(), name.end(), is_digit);
}

inline bool is_mark(char c) { return c == 1 || c == 2; }
inline std::size_t kind_of_mark(char c) { return static_cast<std::size_t>(c - 1); }

// Appends a text's pattern to `pattern` and calls `visit(kind, token)` for each token, in order.
template <typename Visit>
void split_pattern(std::string_view text, std::string& pattern, Visit&& visit) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (!is_name_character(text[at])) {
      pattern.push_back(text[at++]);
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_name_character(text[end])) ++end;
    const std::string_view token = text.substr(at, end - at);
    if (is_token(token)) {
      const std::size_t kind = parse_decimal_text(token, 0) ? 0 : 1;
      pattern.push_back(static_cast<char>(kind + 1));
      visit(kind, token);
    } else {
      pattern.append(token);
    }
    at = end;
  }
}

// TextCodec::search of patterns.
bool search_pattern(ByteReader& in, const ChunkSearch& search);

}  // namespace fortnight::storage
