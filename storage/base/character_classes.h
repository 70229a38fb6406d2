// Which classes of characters stand in some bytes: what tells, in 16 bits, that a text which needs
// another class doesn't stand there.
#pragma once

#include <cstdint>
#include <string_view>

namespace fortnight::storage {

// A set of classes. They are numbered as on disk (docs/format.md, "Character table").
class CharacterClasses {
 public:
  constexpr CharacterClasses() = default;  // none
  explicit constexpr CharacterClasses(std::uint16_t bits) : bits_(bits) {}
  // Those of `bytes`. Characters that are in no class aren't told.
  static CharacterClasses of(std::string_view bytes);

  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_; }
  // False: no JSON string contains `text`, decoded, of those that are written in characters of
  // these classes. (With an escape any character can be written.)
  [[nodiscard]] constexpr bool may_hold(CharacterClasses text) const {
    return has_all_of(text) || (bits_ & kBackslash) != 0;
  }
  [[nodiscard]] constexpr bool has_all_of(CharacterClasses other) const {
    return (other.bits_ & ~bits_) == 0;
  }
  constexpr CharacterClasses& operator|=(CharacterClasses other) {
    bits_ |= other.bits_;
    return *this;
  }
  friend constexpr bool operator==(CharacterClasses, CharacterClasses) = default;

 private:
  static constexpr std::uint16_t kBackslash = 1U << 13;

  std::uint16_t bits_ = 0;
};

}  // namespace fortnight::storage
