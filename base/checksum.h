// The checksum of every section on disk: XXH3 of 64 bits, or its lower half for small
// sections.
#pragma once

// Most inputs are short texts: inlining halves their time, compared with a call into the library.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string_view>

namespace fortnight {

inline std::uint64_t checksum64(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}
inline std::uint32_t checksum32(std::string_view bytes) {
  return static_cast<std::uint32_t>(checksum64(bytes));
}

// checksum64() of bytes that arrive in pieces.
class RunningChecksum {
 public:
  RunningChecksum() { XXH3_64bits_reset(&state_); }
  void add(std::string_view bytes) { XXH3_64bits_update(&state_, bytes.data(), bytes.size()); }
  [[nodiscard]] std::uint64_t value() const { return XXH3_64bits_digest(&state_); }

 private:
  XXH3_state_t state_;
};

}  // namespace fortnight
