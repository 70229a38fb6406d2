// Passwords of people: argon2id by libsodium, with the parameters that OWASP recommends.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/mutex.h"

namespace fortnight::access {

// Memory of one computation. It takes about 30 ms of a core.
inline constexpr std::size_t kPasswordMemory = std::size_t{19} << 20;
inline constexpr std::size_t kMinPasswordBytes = 12;
inline constexpr std::size_t kMaxPasswordBytes = 256;

// Whether the text is a hash with these parameters, so that all checks take the same work.
bool is_password_hash(std::string_view text);

// Thread-safe. One computation at a time: others wait, so that they don't hold memory.
class PasswordHasher {
 public:
  // A hash with its salt, as text.
  std::string hash(std::string_view password);
  // Whether the hash is of this password. The work doesn't depend on the result. Without a hash
  // (empty), the same work is done, and the result is false.
  bool verify(std::string_view hash, std::string_view password);
  // How many hashes were computed.
  [[nodiscard]] std::uint64_t computed() const { return computed_.load(); }

 private:
  Mutex computing_;
  std::atomic<std::uint64_t> computed_{0};
};

}  // namespace fortnight::access
