#include "intake/mapped_text.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/json_text.h"
#include "storage/call/batch.h"

namespace fortnight::intake {
namespace {

void append(MappedText& out, std::string_view piece, std::size_t at) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    out.text.push_back(piece[i]);
    out.at.push_back(static_cast<std::uint32_t>(at));
  }
}

// Length of an escape that is decoded at once: \n, \u00e9, or a pair of surrogates.
std::size_t decoded_at_once(std::string_view escape) {
  if (escape.size() < 2 || escape[1] != 'u') return std::min<std::size_t>(escape.size(), 2);
  const std::optional<char32_t> unit = escaped_unit(escape);
  const bool pair = unit && is_high_surrogate(*unit) && escaped_unit(escape.substr(kUnicodeEscape));
  return std::min(escape.size(), pair ? 2 * kUnicodeEscape : kUnicodeEscape);
}

}  // namespace

MappedText json_decoded(std::string_view raw) {
  MappedText out;
  out.text.reserve(raw.size());
  out.at.reserve(raw.size() + 1);
  std::string scratch;
  for (std::size_t i = 0; i < raw.size();) {
    if (raw[i] != '\\') {
      append(out, raw.substr(i, 1), i);
      ++i;
      continue;
    }
    const std::size_t length = decoded_at_once(raw.substr(i));
    append(out, decode_json_string(raw.substr(i, length), scratch), i);
    i += length;
  }
  out.at.push_back(static_cast<std::uint32_t>(raw.size()));
  return out;
}

MappedText percent_decoded(std::string_view text) {
  MappedText out;
  out.text.reserve(text.size());
  out.at.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    out.at.push_back(static_cast<std::uint32_t>(i));
    const bool encoded =
        text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
    if (!encoded) {
      out.text.push_back(text[i]);
      continue;
    }
    out.text.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
    i += 2;
  }
  out.at.push_back(static_cast<std::uint32_t>(text.size()));
  return out;
}

std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"') {
      out.append("%22");
    } else if (c == '\\') {
      out.append("%5C");
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace fortnight::intake
