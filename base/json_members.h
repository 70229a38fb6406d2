// The members of an object and the elements of an array, each value as JSON text: numbers and
// escapes stay as they were written.
#pragma once

#include <functional>
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

// The same without memory for all of them. They return whether `json` was one whole object (array);
// if not, some may have been visited.
using VisitMember = std::function<void(const JsonMember& member)>;
using VisitElement = std::function<void(std::string_view element)>;
bool for_each_member(std::string_view json, const VisitMember& visit);
bool for_each_element(std::string_view json, const VisitElement& visit);

}  // namespace fortnight
