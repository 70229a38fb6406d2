#include "access/passwords.h"

#include <sodium.h>

#include <new>

#include "access/secret.h"

namespace fortnight::access {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::string_view kParameters = "$argon2id$v=19$m=19456,t=2,p=1$";
// Salt of 16 bytes, hash of 32, in base64 without padding.
constexpr std::size_t kPasswordHashBytes = kParameters.size() + 22 + 1 + 43;
// A hash of no password, for people who don't exist.
constexpr std::string_view kNoPassword =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

}  // namespace

bool is_password_hash(std::string_view text) {
  constexpr std::string_view kBase64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/$";
  return text.size() == kPasswordHashBytes && text.starts_with(kParameters) &&
         text[kParameters.size() + 22] == '$' &&
         text.substr(kParameters.size()).find_first_not_of(kBase64) == std::string_view::npos;
}

std::string PasswordHasher::hash(std::string_view password) {
  start_sodium();
  std::string text(crypto_pwhash_STRBYTES, '\0');
  const MutexLock lock(computing_);
  ++computed_;
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), kPasses, kPasswordMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  text.resize(text.find('\0'));
  return text;
}

bool PasswordHasher::verify(std::string_view hash, std::string_view password) {
  start_sodium();
  const std::string text(hash.empty() ? kNoPassword : hash);
  const MutexLock lock(computing_);
  ++computed_;
  const bool same = crypto_pwhash_str_verify(text.c_str(), password.data(), password.size()) == 0;
  return same && !hash.empty();
}

}  // namespace fortnight::access
