// What intake is compared with: simdjson's on-demand walk of every value of a line.
#pragma once

#include <simdjson.h>

#include <cstdint>

namespace fortnight::bench {

// Reads every scalar below `value`. The sum has no meaning; it keeps the compiler from removing
// reads. Throws simdjson::simdjson_error.
template <typename Value>
std::uint64_t walk(Value&& value) {
  using simdjson::ondemand::json_type;
  std::uint64_t sum = 0;
  switch (value.type()) {
    case json_type::object:
      for (auto member : value.get_object()) {
        sum += std::string_view(member.unescaped_key()).size();
        sum += walk(member.value());
      }
      return sum;
    case json_type::array:
      for (auto element : value.get_array()) sum += walk(element.value());
      return sum;
    case json_type::string:
      return std::string_view(value.get_string()).size();
    case json_type::number:
      return static_cast<std::uint64_t>(double(value.get_double()));
    case json_type::boolean:
      return bool(value.get_bool()) ? 1 : 0;
    case json_type::null:
      return value.is_null() ? 1 : 0;
  }
  return sum;
}

}  // namespace fortnight::bench
