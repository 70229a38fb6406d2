// The names of members whose values are secret, compiled from the configuration's patterns.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace fortnight::intake {

// Replaces a secret.
inline constexpr std::string_view kRedacted = "[redacted]";

// A bit mask of the letters of a text, ignoring case.
using Letters = std::uint32_t;
inline constexpr std::array<Letters, 256> kLetterBits = [] {
  std::array<Letters, 256> bits{};
  for (unsigned letter = 0; letter < 26; ++letter) {
    bits['a' + letter] = bits['A' + letter] = Letters{1} << letter;
  }
  return bits;
}();
inline Letters letters_of(std::string_view text) {
  Letters letters = 0;
  for (const char c : text) letters |= kLetterBits[static_cast<unsigned char>(c)];
  return letters;
}

// Immutable, therefore thread-safe.
class RedactNames {
 public:
  explicit RedactNames(const config::Redact& redact);

  // Whether the value of any member of this name (decoded) is redacted.
  [[nodiscard]] bool matches(std::string_view key) const;
  // The same for a name within a text, which may have several parts: user[password], user.password,
  // wsse:Password.
  [[nodiscard]] bool matches_part(std::string_view key) const;

  // Whether a name with these letters may match. Cheaper than matches(); may return false
  // positives, never false negatives.
  [[nodiscard]] bool may_match(Letters letters) const {
    for (const Letters needed : needed_letters_) {
      if ((needed & ~letters) == 0) return true;
    }
    return false;
  }

  // Whether no names are redacted.
  [[nodiscard]] bool empty() const { return patterns_.empty(); }

  // Returns the first mention of a secret name, or of part of one, at or after `from`; its offset
  // is npos if there is none. For text without a known structure.
  struct Mention {
    std::size_t begin = std::string_view::npos;
    std::size_t end = std::string_view::npos;
  };
  [[nodiscard]] Mention find_mention(std::string_view bytes, std::size_t from = 0) const;

 private:
  // The pieces of a pattern between its stars, folded: lower case, without separators.
  struct Pattern {
    std::vector<std::string> pieces;
    std::vector<bool> ends_word;  // by piece: it must end at the end of a word
    bool open_front = false;      // begins with a star
    bool open_back = false;
    Letters letters = 0;  // bit mask of the letters that a matching name must contain
  };
  // A folded name, and where its words begin.
  struct Folded;

  static Pattern compile(std::string_view key);
  [[nodiscard]] static bool matches(const Pattern& pattern, const Folded& name);

  std::vector<Pattern> patterns_;
  std::vector<Letters> needed_letters_;  // of the patterns; no mask contains another
  std::size_t shortest_ = 0;             // minimum length of a name that can match
  std::vector<std::string>
      mentions_;  // folded: the longest piece of each pattern, last tokens of pointers
};

}  // namespace fortnight::intake
