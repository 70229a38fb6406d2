#include "base/keyed_hash.h"

#include <sodium.h>

#include <stdexcept>

#include "base/require.h"

namespace fortnight {
namespace {

std::string hex_of_bytes(const unsigned char* bytes, std::size_t size) {
  std::string text(2 * size + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), bytes, size);
  text.pop_back();
  return text;
}

}  // namespace

KeyedHash KeyedHash::with_random_key() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium can't be initialised");
  Key key{};
  randombytes_buf(key.data(), key.size());
  return KeyedHash(key);
}

std::optional<KeyedHash> KeyedHash::parse(std::string_view key_text) {
  Key key{};
  std::size_t length = 0;
  const char* end = nullptr;
  const int failed =
      sodium_hex2bin(key.data(), key.size(), key_text.data(), key_text.size(), "\n", &length, &end);
  const bool whole = end == key_text.data() + key_text.size();
  if (failed != 0 || length != key.size() || !whole) return std::nullopt;
  return KeyedHash(key);
}

std::string KeyedHash::key_text() const { return hex_of_bytes(key_.data(), key_.size()); }

std::string KeyedHash::hex(std::string_view purpose, std::string_view text,
                           std::size_t bytes) const {
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  FORTNIGHT_REQUIRE(bytes <= digest.size());
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), digest.size());
  for (const std::string_view part : {purpose, std::string_view("\0", 1), text}) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                              part.size());
  }
  crypto_generichash_final(&state, digest.data(), digest.size());
  return hex_of_bytes(digest.data(), bytes);
}

}  // namespace fortnight
