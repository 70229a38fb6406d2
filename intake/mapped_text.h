// Texts decoded, with the place that each byte had before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_text.h"

namespace fortnight::intake {

struct MappedText {
  std::string text;
  std::vector<std::uint32_t> at;  // of each byte of `text` before decoding, and of its end
};

// What stands between a JSON string's quotes, as decode_json_string() decodes it.
MappedText json_decoded(std::string_view raw);
// %XX; what follows a % that isn't followed by two hex digits stays.
MappedText percent_decoded(std::string_view text);

// So that they stand within a JSON string's quotes, or percent-encoded text: quotes and
// backslashes alone are escaped.
std::string json_escaped(std::string_view text);
std::string percent_encoded(std::string_view text);

}  // namespace fortnight::intake
