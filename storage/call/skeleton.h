// Reading a skeleton: where each of its holes stands in the JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight::storage {

struct Hole {
  // The keys on the way to it, as they are written, joined by '/', with '*' for a place in an
  // array. Holes of one path make one column: two lines whose arrays differ in length share their
  // columns.
  std::string path;
  bool is_string = false;
};

// The holes of a skeleton of well-formed JSON, in its order. Anything else gives some list: it is
// used to group values, never to find them.
std::vector<Hole> holes_of(std::string_view skeleton);

}  // namespace fortnight::storage
