// Texts that a client keeps for the daemon and can't change: a message and its code.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace fortnight::access {

// Has a random key of its own, so no code of another object, or of an earlier process, is valid.
// Immutable, thread-safe.
class Sealer {
 public:
  Sealer();
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  // The message's authentication code: 64 hexadecimal digits.
  [[nodiscard]] std::string code_of(std::string_view message) const;
  // Whether it is the message's code. Takes the same time whatever differs.
  [[nodiscard]] bool is_code_of(std::string_view message, std::string_view code) const;

 private:
  std::array<unsigned char, 32> key_{};
};

}  // namespace fortnight::access
