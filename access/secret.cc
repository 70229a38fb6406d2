#include "access/secret.h"

#include <sodium.h>

#include <stdexcept>

namespace fortnight::access {

void start_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium can't be initialised");
}

std::string text_of_bytes(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += kSecretCharacters[bytes[i] % kSecretCharacters.size()];
  }
  return text;
}

std::string random_text(std::size_t size) {
  start_sodium();
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return text_of_bytes(reinterpret_cast<const unsigned char*>(bytes.data()), size);
}

bool has_secret_characters(std::string_view text) {
  return text.find_first_not_of(kSecretCharacters) == std::string_view::npos;
}

Digest digest_of(std::string_view secret) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size());
  return digest;
}

bool equal(const Digest& a, const Digest& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hex_of(const Digest& digest) {
  std::string hex(digest.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  hex.pop_back();
  return hex;
}

std::optional<Digest> digest_of_hex(std::string_view hex) {
  Digest digest{};
  std::size_t size = 0;
  const int failed =
      sodium_hex2bin(digest.data(), digest.size(), hex.data(), hex.size(), nullptr, &size, nullptr);
  if (failed != 0 || size != digest.size() || hex.size() != digest.size() * 2) return std::nullopt;
  return digest;
}

}  // namespace fortnight::access
