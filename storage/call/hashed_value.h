// The text that replaces a value in a stored line so that equal values stay equal: `hash:` and 32
// hexadecimal digits of a keyed hash. Filters for `hash:VALUE` find it.
#pragma once

#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/keyed_hash.h"

namespace fortnight::storage {

inline constexpr std::string_view kHashedPrefix = "hash:";
inline constexpr std::size_t kHashedBytes = 16;

inline std::string hashed_value(const KeyedHash& hash, std::string_view value) {
  return std::string(kHashedPrefix) + hash.hex("value", value, kHashedBytes);
}

// Whether a text has the form of a hashed value.
inline bool is_hashed_value(std::string_view text) {
  return text.size() == kHashedPrefix.size() + 2 * kHashedBytes &&
         text.starts_with(kHashedPrefix) &&
         text.find_first_not_of(kHexDigits, kHashedPrefix.size()) == std::string_view::npos;
}

}  // namespace fortnight::storage
