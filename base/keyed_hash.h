// Keyed hashes of texts: without the key, a hash can neither be computed nor compared with a guess.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fortnight {

// BLAKE2b (RFC 7693), by libsodium. Immutable, therefore thread-safe.
class KeyedHash {
 public:
  using Key = std::array<unsigned char, 32>;

  explicit KeyedHash(const Key& key) : key_(key) {}
  static KeyedHash with_random_key();
  // The inverse of key_text(), which may end with a line end; nothing for any other text.
  static std::optional<KeyedHash> parse(std::string_view key_text);
  // The key in hexadecimal digits.
  [[nodiscard]] std::string key_text() const;

  // `bytes` bytes, at most 32, in hexadecimal digits. Hashes of one text for different purposes
  // differ.
  [[nodiscard]] std::string hex(std::string_view purpose, std::string_view text,
                                std::size_t bytes) const;

 private:
  Key key_;
};

}  // namespace fortnight
