#include "access/sealer.h"

#include <sodium.h>

#include <stdexcept>

#include "access/secret.h"

namespace fortnight::access {
namespace {

using Code = Digest;
static_assert(std::tuple_size_v<Code> == crypto_auth_BYTES);

}  // namespace

Sealer::Sealer() {
  static_assert(sizeof key_ == crypto_auth_KEYBYTES);
  if (sodium_init() < 0) throw std::runtime_error("libsodium can't be initialised");
  crypto_auth_keygen(key_.data());
}

Sealer::~Sealer() { sodium_memzero(key_.data(), key_.size()); }

std::string Sealer::code_of(std::string_view message) const {
  Code code{};
  crypto_auth(code.data(), reinterpret_cast<const unsigned char*>(message.data()), message.size(),
              key_.data());
  return hex_of(code);
}

bool Sealer::is_code_of(std::string_view message, std::string_view code) const {
  const auto given = digest_of_hex(code);
  return given &&
         crypto_auth_verify(given->data(), reinterpret_cast<const unsigned char*>(message.data()),
                            message.size(), key_.data()) == 0;
}

}  // namespace fortnight::access
