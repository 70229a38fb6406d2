// A line as a flat list, for naive models: each scalar with its JSON pointer. Parsed by simdjson,
// independent of the code under test.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::tests {

struct FlatScalar {
  std::string pointer;
  std::string text;  // a string decoded; a number, true, false or null as written
  bool is_string = false;
  bool shadowed = false;  // its key, or one above it, occurs earlier in the same object
};

struct FlatLine {
  std::vector<FlatScalar> scalars;  // in the line's order
  std::vector<std::string> keys;    // decoded, in the line's order

  // The first scalar at the pointer that isn't shadowed. The empty text if there is none, or if it
  // is null.
  [[nodiscard]] std::string at(std::string_view pointer) const;
  // The texts of all scalars that a filter by the pointer is about: where the pointer's next step
  // is no place in an array, or there is none, each element is meant; below a step that ends in
  // "headers", whatever its case, the case of names makes no difference.
  [[nodiscard]] std::vector<std::string> all_at(std::string_view pointer) const;

  std::string line;
};

// Throws simdjson_error if the line is not a JSON document.
FlatLine flatten(std::string_view line);

}  // namespace fortnight::tests
