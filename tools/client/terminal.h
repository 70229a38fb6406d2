// What we write to: how wide it is, whether it shows colours, and how text must be made fit for it.
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

  // Of standard output; colours unless NO_COLOR is set or TERM is dumb.
  static Terminal detect();

  // `text` in that style, made safe.
  [[nodiscard]] std::string styled(std::string_view text, Style style) const;
  // The sequences themselves; empty without colours.
  [[nodiscard]] std::string_view begin(Style style) const;
  [[nodiscard]] std::string_view end() const;
};

// Whether standard output is a terminal.
bool writes_to_terminal();

// A call's contents come from anywhere: characters that would drive the terminal or reorder its
// text are written as \x1b. Line feeds and tabs stay where `multiline`.
std::string safe_text(std::string_view text, bool multiline = false);

// Columns that UTF-8 text takes on a terminal.
std::size_t display_width(std::string_view text);
// The longest beginning that fits in `width` columns, with an ellipsis where something is left out.
std::string shortened(std::string_view text, std::size_t width);

Style style_of_status(int status);

// "1,234,567".
std::string with_commas(std::uint64_t value);
// "1.93 %".
std::string percentage(double fraction);
// "1.2 KB", "3.4 GB".
std::string byte_size(double bytes);

}  // namespace fortnight::client
