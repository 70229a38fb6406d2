#include "access/token.h"

#include <sodium.h>

#include <cstdint>
#include <stdexcept>

namespace fortnight::access {
namespace {

constexpr std::string_view kPrefix = "fnt_";
constexpr std::string_view kCharacters = "0123456789abcdefghijklmnopqrstuv";  // 5 bits each
constexpr std::size_t kIdLength = 10;
constexpr std::size_t kSecretLength = 52;
constexpr std::size_t kCheckLength = 6;
constexpr std::size_t kLength = kPrefix.size() + kIdLength + 1 + kSecretLength + 1 + kCheckLength;

void start_sodium() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium can't be initialised");
}

// The lower five bits of each byte.
std::string text_of(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += kCharacters[bytes[i] % kCharacters.size()];
  return text;
}

std::string random_text(std::size_t size) {
  std::string bytes(size, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return text_of(reinterpret_cast<const unsigned char*>(bytes.data()), size);
}

bool has_token_characters(std::string_view text) {
  return text.find_first_not_of(kCharacters) == std::string_view::npos;
}

std::string check_of(std::string_view text) {
  return text_of(digest_of(text).data(), kCheckLength);
}

}  // namespace

Digest digest_of(std::string_view text) {
  Digest digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size());
  return digest;
}

MadeToken make_token() {
  start_sodium();
  const std::string id = random_text(kIdLength);
  const std::string secret = random_text(kSecretLength);
  std::string text = std::string(kPrefix) + id + '_' + secret;
  text += '_' + check_of(text);
  return {{id, digest_of(secret)}, text};
}

bool is_token_id(std::string_view text) {
  return text.size() == kIdLength && has_token_characters(text);
}

std::optional<Token> parse_token(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kPrefix)) return std::nullopt;
  const std::string_view id = text.substr(kPrefix.size(), kIdLength);
  const std::string_view secret = text.substr(kPrefix.size() + kIdLength + 1, kSecretLength);
  const std::string_view before = text.substr(0, kLength - kCheckLength - 1);
  const bool well_formed = is_token_id(id) && has_token_characters(secret) &&
                           text[kPrefix.size() + kIdLength] == '_' && text[before.size()] == '_';
  if (!well_formed || text.substr(before.size() + 1) != check_of(before)) return std::nullopt;
  return Token{std::string(id), digest_of(secret)};
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
