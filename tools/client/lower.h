#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace fortnight::client {

// Converts ASCII letters to lower case, for verbs and header names, independent of the locale.
inline std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace fortnight::client
