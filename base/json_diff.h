// The differences between two JSON texts, by JSON pointer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fortnight {

// A place whose scalars differ. The values are views into the texts, as JSON text.
struct JsonDifference {
  std::string pointer;                    // RFC 6901
  std::optional<std::string_view> left;   // nothing: no scalar there
  std::optional<std::string_view> right;  // the same
};

// Returns the places in the order of the left text; those that only the right text has follow. An
// empty object or array counts as a scalar. Elements of arrays are compared by their index; of
// duplicate keys, the first counts. Requires texts that intake has accepted as JSON.
std::vector<JsonDifference> json_differences(std::string_view left, std::string_view right);

}  // namespace fortnight
