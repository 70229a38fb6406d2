// Finds values that are named by another value instead of a member's name. HTTP headers often have
// this form in logs:
//
//   [["Authorization", "..."], ...]   ["Authorization", "...", ...]
//   [{"name": "Authorization", "value": "..."}, ...]
//
// Also finds strings that may be a whole header:
//
//   ["Authorization: ..."]   {"header": "Authorization: ..."}
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace fortnight::intake {

// The holes [first, end) belong to a value whose name may be the string in the hole `name`.
struct NamedValue {
  std::uint32_t name = 0;
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

struct NamedValues {
  std::vector<NamedValue> pairs;
  std::vector<std::uint32_t> headers;  // holes of strings that may be "name: value"
};

// `skeleton` must be a JSON object's, with storage::kHole for each scalar.
NamedValues find_named_values(std::string_view skeleton);

// Whether a member of this name (decoded) holds the name, or the value, of a named value.
bool tells_a_name(std::string_view member);
bool has_the_value(std::string_view member);

}  // namespace fortnight::intake
