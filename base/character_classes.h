// The classes of the characters in a run of bytes, as 16 bits. Bytes can't contain a text that has
// a character of a class that they lack.
#pragma once

#include <cstdint>
#include <string_view>

namespace fortnight {

// A set of classes, numbered as on disk (docs/format.md, "Character table").
class CharacterClasses {
 public:
  constexpr CharacterClasses() = default;  // none
  explicit constexpr CharacterClasses(std::uint16_t bits) : bits_(bits) {}
  // Returns the classes of `bytes`. Characters without a class are ignored.
  static CharacterClasses of(std::string_view bytes);

  [[nodiscard]] constexpr std::uint16_t bits() const { return bits_; }
  // Returns false if no JSON string written in characters of these classes can contain `text` once
  // decoded. A backslash may begin an escape, which can stand for any character.
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

}  // namespace fortnight
