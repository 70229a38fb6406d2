// The names whose values are secret: the patterns of the configuration, compiled.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace fortnight::intake {

// What stands in the place of a secret.
inline constexpr std::string_view kRedacted = "[redacted]";

// Threads: immutable; any number at the same time.
class RedactNames {
 public:
  explicit RedactNames(const config::Redact& redact);

  // Whether the value of a member of this name (decoded) has to be redacted, wherever it stands.
  [[nodiscard]] bool matches(std::string_view key) const;
  // The same of a name within a text, which may be one of several parts: user[password],
  // user.password, wsse:Password.
  [[nodiscard]] bool matches_part(std::string_view key) const;

  // Whether nothing is to be redacted by name.
  [[nodiscard]] bool empty() const { return patterns_.empty(); }

  // The offset of the first secret name that `bytes` mentions from `from` on, at least in part;
  // npos where there is none. For text that has no structure to go by.
  struct Mention {
    std::size_t begin = std::string_view::npos;
    std::size_t end = std::string_view::npos;
  };
  [[nodiscard]] Mention find_mention(std::string_view bytes, std::size_t from = 0) const;

 private:
  // Pieces of a pattern between its stars, folded: small letters, without - and _.
  struct Pattern {
    std::vector<std::string> pieces;
    std::vector<bool> ends_word;  // by piece: a word of the name ends with it
    bool open_front = false;      // begins with a star
    bool open_back = false;
    std::uint32_t letters = 0;  // a name needs all of these: a bit each
  };
  // A name, folded, and before which of its characters a word begins.
  struct Folded;

  static Pattern compile(std::string_view key);
  [[nodiscard]] static bool matches(const Pattern& pattern, const Folded& name);

  std::vector<Pattern> patterns_;
  std::size_t shortest_ = 0;  // characters that a name needs to match any
  std::vector<std::string>
      mentions_;  // folded: each pattern's longest piece, pointers' last tokens
};

}  // namespace fortnight::intake
