// Values that a line names by another value rather than by a member's name, as HTTP headers often
// stand in logs:
//
//   [["Authorization", "..."], ...]   ["Authorization", "...", ...]
//   [{"name": "Authorization", "value": "..."}, ...]
//
// and strings that may be a whole header: ["Authorization: ..."], {"header": "Authorization: ..."}.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace fortnight::intake {

// The holes [first, end) are of the value that the string in the hole `name` may be the name of.
struct NamedValue {
  std::uint32_t name = 0;
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

struct NamedValues {
  std::vector<NamedValue> pairs;
  std::vector<std::uint32_t> headers;  // holes of strings that may be a name, a colon and a value
};

// `skeleton` is a JSON object's, with storage::kHole for each scalar.
NamedValues find_named_values(std::string_view skeleton);

// Whether members of this name (decoded) tell what the one beside them is called, or have its
// value.
bool tells_a_name(std::string_view member);
bool has_the_value(std::string_view member);

}  // namespace fortnight::intake
