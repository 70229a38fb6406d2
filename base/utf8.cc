#include "base/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace fortnight {

namespace {

// The length of the characters that begin with a byte, and the range of their second byte (Unicode,
// table 3-7).
struct Lead {
  std::size_t length = 0;  // 0: no character of several bytes begins so
  unsigned char least = 0x80;
  unsigned char most = 0xbf;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xc2 && byte <= 0xdf) return {2};
  if (byte >= 0xe0 && byte <= 0xef) {
    if (byte == 0xe0) return {3, 0xa0, 0xbf};
    if (byte == 0xed) return {3, 0x80, 0x9f};
    return {3};
  }
  if (byte >= 0xf0 && byte <= 0xf4) {
    if (byte == 0xf0) return {4, 0x90, 0xbf};
    if (byte == 0xf4) return {4, 0x80, 0x8f};
    return {4};
  }
  return {};
}

// How many bytes go together as the front of a character; at least 1.
std::size_t front_length(std::string_view text, const Lead& lead) {
  std::size_t length = 1;
  for (; length < std::min(lead.length, text.size()); ++length) {
    const auto byte = static_cast<unsigned char>(text[length]);
    const bool second = length == 1;
    if (byte < (second ? lead.least : 0x80) || byte > (second ? lead.most : 0xbf)) break;
  }
  return length;
}

// A length up to which all bytes are ASCII. Most text is ASCII, so eight bytes are tested at once.
std::size_t ascii_prefix(std::string_view text) {
  std::size_t length = 0;
  for (; text.size() - length >= sizeof(std::uint64_t); length += sizeof(std::uint64_t)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    if ((bytes & 0x8080808080808080U) != 0) break;
  }
  return length;
}

}  // namespace

char32_t decode_utf8(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  if (lead < 0x80) return lead;
  char32_t code = lead & (0xffU >> (character.size() + 1));
  for (const char byte : character.substr(1)) {
    code = code << 6 | (static_cast<unsigned char>(byte) & 0x3fU);
  }
  return code;
}

std::size_t utf8_character(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte < 0x80) return 1;
  const Lead lead = lead_of(byte);
  return lead.length != 0 && front_length(text, lead) == lead.length ? lead.length : 0;
}

std::size_t ill_formed_utf8(std::string_view text) {
  return front_length(text, lead_of(static_cast<unsigned char>(text[0])));
}

std::size_t valid_utf8_prefix(std::string_view text) {
  std::size_t position = ascii_prefix(text);
  while (position < text.size()) {
    const std::size_t length = utf8_character(text.substr(position));
    if (length == 0) break;
    position += length;
  }
  return position;
}

}  // namespace fortnight
