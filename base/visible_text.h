// Text from outside, made fit to be shown: what is written to a terminal or a log must not drive
// it, nor look like something else.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fortnight {

// What a text begins with.
struct TextUnit {
  char32_t code = 0;       // the character, or the byte where it isn't UTF-8
  std::size_t length = 1;  // bytes
  bool utf8 = true;        // false: a byte that begins no character
  // Whether it can be shown as it is: no control character (C0, DEL, C1), no line or paragraph
  // separator, nothing that reorders text or is invisible (bidirectional controls, tags, the byte
  // order mark), and no byte that isn't UTF-8.
  [[nodiscard]] bool visible() const;
};

// `text` must not be empty.
TextUnit first_unit(std::string_view text);

// Appends the unit as `\x1b`, `\u202e` or `\U000e0041`, by its number.
void append_escaped_unit(const TextUnit& unit, std::string& out);

// `text` with each unit that can't be shown escaped. Line feeds and tabs stay where `multiline`.
std::string visible_text(std::string_view text, bool multiline = false);

// The same JSON, of characters that can be shown: others become JSON's own escapes, and bytes that
// aren't UTF-8 become U+FFFD. Tabs and line ends stay.
std::string visible_json(std::string_view json);

}  // namespace fortnight
