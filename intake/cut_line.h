// The first part of a line that is too long, as a JSON object of its own: what was cut off is left
// out, what is open is closed, and the last member says so.
//
//   {"ts":1,"request":{"headers":{"a":"b"},"body":"lorem ip      becomes
//   {"ts":1,"request":{"headers":{"a":"b"},"body":{"@truncated":"lorem ip"}},"@truncated":true}
//
// A string that was cut stands one level deeper, so that its front isn't taken for a field, an ID
// or what a filter asks for. Any other value that was cut is left out, with its name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fortnight::intake {

// `front` has no BOM. Nothing where it doesn't begin with an open object, or is plainly no JSON;
// whether what is given is JSON remains to be checked. Adds some 1,100 bytes at the most.
std::optional<std::string> close_cut_line(std::string_view front);

}  // namespace fortnight::intake
