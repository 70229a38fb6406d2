// A line laid flat by simdjson, for naive models: each scalar with its JSON pointer. Independent of
// the code under test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::tests {

struct FlatScalar {
  std::string pointer;
  std::string text;  // a string decoded; a number, true, false or null as written
  bool is_string = false;
  bool shadowed = false;  // its key or one above it stood before in the same object
};

struct FlatLine {
  std::vector<FlatScalar> scalars;  // in the line's order
  std::vector<std::string> keys;    // decoded, in the line's order

  // The first scalar at the pointer that no other key shadows; null as the empty text, none
  // likewise.
  [[nodiscard]] std::string at(std::string_view pointer) const;
};

// Throws simdjson_error where the line is no JSON document.
FlatLine flatten(std::string_view line);

}  // namespace fortnight::tests
