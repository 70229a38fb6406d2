// The members of an object and the elements of an array, each value as JSON text: numbers and
// escapes stay as they were written.
#pragma once

#include <string_view>
#include <vector>

namespace fortnight {

struct JsonMember {
  std::string_view key;    // what stands between its quotes
  std::string_view value;  // JSON text
};

// Return views into `json`, in order; nothing if `json` isn't one whole object (array). Only the
// outermost structure is checked.
std::vector<JsonMember> members_of(std::string_view json);
std::vector<std::string_view> elements_of(std::string_view json);

}  // namespace fortnight
