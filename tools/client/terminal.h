// Properties of the terminal: width and colours, and conversion of text for it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fortnight::client {

enum class Style : std::uint8_t { plain, strong, faint, good, moved, warning, bad, key, text };

struct Terminal {
  std::size_t width = 80;
  std::size_t height = 24;
  bool colours = false;

  // For standard output. Uses colours unless NO_COLOR is set or TERM is dumb.
  static Terminal detect();

  // Escapes `text` and applies the style.
  [[nodiscard]] std::string styled(std::string_view text, Style style) const;
  // The escape sequences; empty without colours.
  [[nodiscard]] std::string_view begin(Style style) const;
  [[nodiscard]] std::string_view end() const;
};

// Whether standard output is a terminal.
bool writes_to_terminal();

// Data of calls is untrusted: characters that control the terminal or reorder text become \x1b and
// the like. Line feeds and tabs are kept if `multiline`.
std::string safe_text(std::string_view text, bool multiline = false);

// Columns of UTF-8 text on a terminal.
std::size_t display_width(std::string_view text);
// Shortens the text to `width` columns, with an ellipsis if anything was removed.
std::string shortened(std::string_view text, std::size_t width);

Style style_of_status(int status);

// "1.93 %".
std::string percentage(double fraction);
// "1.2 KB", "3.4 GB".
std::string byte_size(double bytes);

}  // namespace fortnight::client
