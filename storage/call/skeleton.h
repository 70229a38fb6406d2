// Parses a skeleton: the JSON path of each of its holes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::storage {

struct Hole {
  // The keys above the hole, as they are written, joined by '/', with '*' for an array index. Holes
  // with the same path are in the same column: lines whose arrays differ in length share their
  // columns.
  std::string path;
  bool is_string = false;
};

// Returns the holes of a skeleton of well-formed JSON, in its order. The result for other text is
// unspecified: paths only group values, and don't affect correctness.
std::vector<Hole> holes_of(std::string_view skeleton);

}  // namespace fortnight::storage
