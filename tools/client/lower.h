#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace fortnight::client {

// In small letters, of ASCII alone: verbs and header names, whatever the locale.
inline std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace fortnight::client
