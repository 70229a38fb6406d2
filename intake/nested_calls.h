// Takes calls out of a line that has them in an array, or as JSON in a string.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/value_syntax.h"

namespace fortnight::intake {

// A call's line is the element, byte for byte. If the line has other members on the way to the
// element, it gets them as a last member, "@around": the line with all but that way, in which an
// array on the way is the one element that leads to the call:
//
//   {"region":"eu","Records":[{"a":1},{"a":2}]}   becomes   {"a":1,"@around":{"region":"eu"}}
//                                                 and       {"a":2,"@around":{"region":"eu"}}

// `json` must be a valid object. Appends the texts that the pointer leads to; the steps are names,
// numbers of elements and `*`. If it ends at an array, its elements are the calls. Returns false,
// and appends nothing, if the pointer leads nowhere. Stops when the texts have more than
// `max_bytes` together; `complete` is then false.
bool take_elements(std::string_view json, const std::vector<config::PointerStep>& steps,
                   std::size_t max_bytes, std::vector<std::string>& calls, bool& complete);

// The JSON that the string at the pointer contains, or the object there; nothing if there is
// neither. The text isn't checked.
std::optional<std::string> take_inside(std::string_view json,
                                       const std::vector<config::PointerStep>& steps);

}  // namespace fortnight::intake
