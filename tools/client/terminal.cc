#include "tools/client/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/visible_text.h"

namespace fortnight::client {
namespace {

// East Asian characters and emoji take two columns, combining ones none.
std::size_t columns_of(char32_t c) {
  if ((c >= 0x300 && c <= 0x36f) || c == 0x200d || (c >= 0xfe00 && c <= 0xfe0f)) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
                    (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
                    (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
                    (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
  return wide ? 2 : 1;
}

}  // namespace

Terminal Terminal::detect() {
  Terminal terminal;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.width = size.ws_col;
    terminal.height = size.ws_row;
  }
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const kind = std::getenv("TERM");
  terminal.colours = writes_to_terminal() && (no_colour == nullptr || *no_colour == '\0') &&
                     kind != nullptr && std::string_view(kind) != "dumb";
  return terminal;
}

std::string_view Terminal::begin(Style style) const {
  if (!colours) return {};
  switch (style) {
    case Style::plain:
      return {};
    case Style::strong:
      return "\x1b[1m";
    case Style::faint:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::moved:
      return "\x1b[36m";
    case Style::warning:
      return "\x1b[33m";
    case Style::bad:
      return "\x1b[31m";
    case Style::key:
      return "\x1b[34m";
    case Style::text:
      return "\x1b[32m";
  }
  return {};
}

std::string_view Terminal::end() const { return colours ? "\x1b[0m" : ""; }

std::string Terminal::styled(std::string_view text, Style style) const {
  std::string safe = safe_text(text);
  if (style == Style::plain) return safe;
  return std::string(begin(style)).append(safe).append(end());
}

bool writes_to_terminal() { return isatty(STDOUT_FILENO) == 1; }

std::string safe_text(std::string_view text, bool multiline) {
  return visible_text(text, multiline);
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const TextUnit c = first_unit(text);
    width += columns_of(c.code);
    text.remove_prefix(c.length);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    const TextUnit c = first_unit(text);
    if (used + columns_of(c.code) + 1 > width) break;
    used += columns_of(c.code);
    out += text.substr(0, c.length);
    text.remove_prefix(c.length);
  }
  return out + "…";
}

Style style_of_status(int status) {
  if (status >= 500) return Style::bad;
  if (status >= 400) return Style::warning;
  if (status >= 300) return Style::moved;
  if (status >= 200) return Style::good;
  return Style::plain;
}

std::string percentage(double fraction) { return fmt::format("{:.2f} %", fraction * 100); }

std::string byte_size(double bytes) {
  constexpr std::string_view kUnits[] = {"B", "KB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit + 1 < std::size(kUnits); ++unit) bytes /= 1000;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 100 ? 0 : 1, kUnits[unit]);
}

}  // namespace fortnight::client
