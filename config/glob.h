// Patterns of file paths, as a tail's `paths` have them:
//
//   *      any run of characters but `/`          [a-z] [!a-z]  one of a set, or one of none
//   ?      one character but `/`                  {a,b}         either; nests, may have a `/` in it
//   **     between slashes: any number of directories, or none
//   \x     x itself
//
// A name that begins with a dot is matched only by a pattern that writes the dot, as in a shell.
//
// Values without access to files; listing what is there is daemon/find_files.h's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fortnight::config {

// Paths that one pattern's braces may stand for: `{a,b}{c,d}` are 4. Each is a walk of its own.
inline constexpr std::size_t kMaxGlobAlternatives = 256;

// One way to read a pattern: its braces resolved, cut at the slashes.
struct GlobPath {
  struct Component {
    enum class Kind : unsigned char { literal, wildcard, any_depth };
    Kind kind = Kind::literal;
    std::string text;  // of a literal: the name itself; of a wildcard: for fnmatch(3)
    [[nodiscard]] bool matches(const std::string& name) const;
  };
  bool absolute = false;
  std::vector<Component> components;  // at least one; the last is a literal or a wildcard

  // The directory that the leading literals name: "/var/log" of "/var/log/*/a.log", "." if none.
  [[nodiscard]] std::string base() const;
  // How many components base() covers.
  [[nodiscard]] std::size_t base_components() const;
};

class Glob {
 public:
  // The pattern, or what is wrong with it, for a person.
  static std::variant<Glob, std::string> parse(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view path) const;
  // Whether it names one path alone, without a wildcard.
  [[nodiscard]] bool literal() const;
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<GlobPath>& paths() const { return paths_; }

 private:
  std::string text_;
  std::vector<GlobPath> paths_;
};

}  // namespace fortnight::config
