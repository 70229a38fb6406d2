// Finds a line's structural characters with simdjson's first stage, which also checks that the line
// is UTF-8 and has no raw control characters within strings.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace fortnight::intake {

class Structurals {
 public:
  // The offsets of all of `{}[]:,` outside strings and of each scalar's first byte (of a string,
  // its opening quote). The line's length follows and is readable. Empty if the line is blank or
  // not UTF-8, or has an open string or a control character within a string. Valid until the next
  // call. simdjson::SIMDJSON_PADDING bytes after the line must be readable.
  std::span<const std::uint32_t> find(std::string_view line);

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
};

}  // namespace fortnight::intake
