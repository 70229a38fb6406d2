// Patterns of file paths, for the `paths` of a tail:
//
//   *      any run of characters but `/`          [a-z] [!a-z]  one of a set, or none of it
//   ?      one character but `/`                  {a,b}         either; may nest and contain `/`
//   **     between slashes: any number of directories, or none
//   \x     x itself
//
// A name that begins with a dot matches only a pattern that has the dot, as in a shell.
//
// This header doesn't access files; daemon/find_files.h lists the files that match.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fortnight::config {

// Alternatives that the braces of one pattern may expand to: `{a,b}{c,d}` has 4. Each needs its own
// directory walk.
inline constexpr std::size_t kMaxGlobAlternatives = 256;

// One alternative of a pattern: its braces expanded, cut at the slashes.
struct GlobPath {
  struct Component {
    enum class Kind : unsigned char { literal, wildcard, any_depth };
    Kind kind = Kind::literal;
    std::string text;  // of a literal: the name itself; of a wildcard: a pattern for fnmatch(3)
    [[nodiscard]] bool matches(const std::string& name) const;
  };
  bool absolute = false;
  std::vector<Component> components;  // at least one; the last is a literal or a wildcard

  // The directory that the leading literals name: "/var/log" for "/var/log/*/a.log", "." if none.
  [[nodiscard]] std::string base() const;
  // The number of components that base() covers.
  [[nodiscard]] std::size_t base_components() const;
};

class Glob {
 public:
  // Returns the pattern, or a description of what is wrong with it.
  static std::variant<Glob, std::string> parse(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view path) const;
  // Whether the pattern names exactly one path, without a wildcard.
  [[nodiscard]] bool literal() const;
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<GlobPath>& paths() const { return paths_; }

 private:
  std::string text_;
  std::vector<GlobPath> paths_;
};

}  // namespace fortnight::config
