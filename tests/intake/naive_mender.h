// A naive model of intake/line_mender.h: several passes over copies of the line.
#pragma once

#include <cctype>
#include <cstddef>
#include <string>

namespace fortnight::intake {

namespace naive {

// Calls visit(byte, within_string, escaped) for each byte; `escaped` means that it follows a
// backslash.
template <typename Visit>
void walk(const std::string& line, Visit&& visit) {
  bool within = false;
  bool escaped = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool was_escaped = escaped;
    escaped = within && !escaped && c == '\\';
    if (c == '"' && !was_escaped) {
      visit(i, false, false);
      within = !within;
      continue;
    }
    visit(i, within, was_escaped);
  }
}

inline std::string hex(unsigned byte) {
  constexpr const char* kDigits = "0123456789abcdef";
  return {kDigits[byte / 16], kDigits[byte % 16]};
}
inline bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// Replaces \xXX by the byte, escaped if needed, and the backslash of unknown escapes by \\.
inline std::string mend_escapes(const std::string& line) {
  std::string out;
  std::size_t skip = 0;
  walk(line, [&](std::size_t i, bool within, bool escaped) {
    if (skip > 0) {
      --skip;
      return;
    }
    if (!within || escaped || line[i] != '\\') {
      out += line[i];
      return;
    }
    const std::string next = line.substr(i + 1, 5);
    if (next.size() >= 3 && next[0] == 'x' && is_hex(next[1]) && is_hex(next[2])) {
      const auto byte = static_cast<unsigned>(std::stoi(next.substr(1, 2), nullptr, 16));
      if (byte < 0x20) {
        out += "\\u00" + hex(byte);
      } else {
        if (byte == '"' || byte == '\\') out += '\\';
        out += static_cast<char>(byte);
      }
      skip = 3;
      return;
    }
    bool known = !next.empty() && std::string("\"\\/bfnrt").find(next[0]) != std::string::npos;
    if (next.size() == 5 && next[0] == 'u') {
      known = is_hex(next[1]) && is_hex(next[2]) && is_hex(next[3]) && is_hex(next[4]);
    }
    // The byte after the backslash of an unknown escape is an ordinary byte.
    out += known || next.empty() ? "\\" : "\\\\";
  });
  return out;
}

inline std::string mend_controls(const std::string& line) {
  std::string out;
  walk(line, [&](std::size_t i, bool within, bool) {
    const auto byte = static_cast<unsigned char>(line[i]);
    if (within && byte < 0x20) {
      out += "\\u00" + hex(byte);
    } else {
      out += line[i];
    }
  });
  return out;
}

// Replaces one maximal subpart at a time, as the Unicode standard describes U+FFFD.
inline std::string mend_utf8(const std::string& line) {
  std::string out;
  const auto byte_at = [&](std::size_t i) -> unsigned {
    return i < line.size() ? static_cast<unsigned char>(line[i]) : 0;
  };
  std::size_t covered = 0;
  walk(line, [&](std::size_t i, bool within, bool) {
    if (i < covered) return;
    const unsigned b = byte_at(i);
    if (!within || b < 0x80) {
      out += line[i];
      return;
    }
    const std::size_t length = b >= 0xc2 && b < 0xe0   ? 2
                               : b >= 0xe0 && b < 0xf0 ? 3
                               : b >= 0xf0 && b < 0xf5 ? 4
                                                       : 1;
    std::size_t good = 1;
    while (good < length) {
      unsigned least = 0x80;
      unsigned most = 0xbf;
      if (good == 1 && b == 0xe0) least = 0xa0;
      if (good == 1 && b == 0xed) most = 0x9f;
      if (good == 1 && b == 0xf0) least = 0x90;
      if (good == 1 && b == 0xf4) most = 0x8f;
      if (byte_at(i + good) < least || byte_at(i + good) > most) break;
      ++good;
    }
    covered = i + good;
    out += length > 1 && good == length ? line.substr(i, good) : "\xef\xbf\xbd";
  });
  return out;
}

}  // namespace naive

inline std::string naively_mended(const std::string& line) {
  return naive::mend_utf8(naive::mend_controls(naive::mend_escapes(line)));
}

}  // namespace fortnight::intake
