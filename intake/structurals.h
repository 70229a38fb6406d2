// Where a line's structure stands: simdjson's first stage, which also checks that the line is UTF-8
// and has no raw control character within a string.
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
  // its opening quote), and behind them, readable, the line's length. Empty where the line is
  // blank, no UTF-8, has an open string, or a control character within one. Valid until the next
  // call. simdjson::SIMDJSON_PADDING bytes behind the line must be readable.
  std::span<const std::uint32_t> find(std::string_view line);

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser_;
};

}  // namespace fortnight::intake
