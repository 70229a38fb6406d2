// Makes text from outside safe to show: it must not control a terminal or a log, nor pass for
// something else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fortnight {

// The first character of a text, or its first byte if that is not valid UTF-8.
struct TextUnit {
  char32_t code = 0;       // the character, or the byte
  std::size_t length = 1;  // in bytes
  bool utf8 = true;        // false: a byte that begins no valid character
  // Whether it can be shown unchanged: no control character (C0, DEL, C1), no line or paragraph
  // separator, no character that reorders text or is invisible (bidirectional controls, tags, the
  // byte order mark), and no invalid byte.
  [[nodiscard]] bool visible() const;
};

// `text` must not be empty.
TextUnit first_unit(std::string_view text);

// Appends the unit's number as `\x1b`, `\u202e` or `\U000e0041`.
void append_escaped_unit(const TextUnit& unit, std::string& out);

// Returns `text` with each invisible unit escaped. If `multiline`, line feeds and tabs stay.
std::string visible_text(std::string_view text, bool multiline = false);

// Returns the same JSON in visible characters only: others become JSON escapes, and invalid bytes
// become U+FFFD. Tabs and line ends stay.
std::string visible_json(std::string_view json);

}  // namespace fortnight
