#include "base/visible_text.h"

#include <fmt/format.h>

#include <iterator>

#include "base/require.h"
#include "base/utf8.h"

namespace fortnight {
namespace {

bool is_layout(char32_t code) { return code == '\n' || code == '\t'; }

void append_json_escape(char32_t code, std::string& out) {
  if (code < 0x10000) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(code));
    return;
  }
  const unsigned above = static_cast<unsigned>(code) - 0x10000;
  fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xd800 + (above >> 10),
                 0xdc00 + (above & 0x3ffU));
}

}  // namespace

bool TextUnit::visible() const {
  if (!utf8 || code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  const bool reorders = code == 0x61c || code == 0x200e || code == 0x200f ||
                        (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x206f);
  const bool invisible = code == 0x200b || (code >= 0x2060 && code <= 0x2065) || code == 0xfeff ||
                         (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe007f);
  return !reorders && !invisible;
}

TextUnit first_unit(std::string_view text) {
  FORTNIGHT_REQUIRE(!text.empty());
  const std::size_t length = utf8_character(text);
  if (length == 0) return {static_cast<unsigned char>(text[0]), 1, false};
  return {decode_utf8(text.substr(0, length)), length, true};
}

void append_escaped_unit(const TextUnit& unit, std::string& out) {
  const auto code = static_cast<unsigned>(unit.code);
  if (code < 0x100) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", code);
  } else if (code < 0x10000) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
  } else {
    fmt::format_to(std::back_inserter(out), "\\U{:08x}", code);
  }
}

std::string visible_text(std::string_view text, bool multiline) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const TextUnit unit = first_unit(text);
    if (unit.visible() || (multiline && is_layout(unit.code))) {
      out += text.substr(0, unit.length);
    } else {
      append_escaped_unit(unit, out);
    }
    text.remove_prefix(unit.length);
  }
  return out;
}

std::string visible_json(std::string_view json) {
  constexpr char32_t kReplacement = 0xfffd;
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    const TextUnit unit = first_unit(json);
    if (unit.visible() || is_layout(unit.code) || unit.code == '\r') {
      out += json.substr(0, unit.length);
    } else {
      append_json_escape(unit.utf8 ? unit.code : kReplacement, out);
    }
    json.remove_prefix(unit.length);
  }
  return out;
}

}  // namespace fortnight
