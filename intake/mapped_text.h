// Decoded texts, with the offset that each byte had before decoding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.h"

namespace fortnight::intake {

struct MappedText {
  std::string text;
  std::vector<std::uint32_t> at;  // offset before decoding of each byte of `text`, and of its end
};

// Decodes the content of a JSON string like decode_json_string().
MappedText json_decoded(std::string_view raw);
// Decodes %XX. A % without two hex digits stays as it is.
MappedText percent_decoded(std::string_view text);

// Escape a text so that it fits into a JSON string, or into percent-encoded text: only quotes and
// backslashes are escaped.
std::string json_escaped(std::string_view text);
std::string percent_encoded(std::string_view text);

}  // namespace fortnight::intake
