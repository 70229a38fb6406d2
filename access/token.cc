#include "access/token.h"

namespace fortnight::access {
namespace {

constexpr std::string_view kPrefix = "fnt_";
constexpr std::size_t kIdLength = 10;
constexpr std::size_t kSecretLength = 52;
constexpr std::size_t kCheckLength = 6;
constexpr std::size_t kLength = kPrefix.size() + kIdLength + 1 + kSecretLength + 1 + kCheckLength;

std::string check_of(std::string_view text) {
  return text_of_bytes(digest_of(text).data(), kCheckLength);
}

}  // namespace

MadeToken make_token() {
  const std::string id = random_text(kIdLength);
  const std::string secret = random_text(kSecretLength);
  std::string text = std::string(kPrefix) + id + '_' + secret;
  text += '_' + check_of(text);
  return {{id, digest_of(secret)}, text};
}

bool is_token_id(std::string_view text) {
  return text.size() == kIdLength && has_secret_characters(text);
}

std::optional<Token> parse_token(std::string_view text) {
  if (text.size() != kLength || !text.starts_with(kPrefix)) return std::nullopt;
  const std::string_view id = text.substr(kPrefix.size(), kIdLength);
  const std::string_view secret = text.substr(kPrefix.size() + kIdLength + 1, kSecretLength);
  const std::string_view before = text.substr(0, kLength - kCheckLength - 1);
  const bool well_formed = is_token_id(id) && has_secret_characters(secret) &&
                           text[kPrefix.size() + kIdLength] == '_' && text[before.size()] == '_';
  if (!well_formed || text.substr(before.size() + 1) != check_of(before)) return std::nullopt;
  return Token{std::string(id), digest_of(secret)};
}

}  // namespace fortnight::access
