// Turns the first part of an overlong line into a JSON object: removes an incomplete value, closes
// open brackets, and appends a member that marks the call as truncated.
//
//   {"ts":1,"request":{"headers":{"a":"b"},"body":"lorem ip      becomes
//   {"ts":1,"request":{"headers":{"a":"b"},"body":{"@truncated":"lorem ip"}},"@truncated":true}
//
// A string that was cut moves one level deeper, so that it is never read as a field, as an ID or as
// the value of a filter's pointer. Any other incomplete value is removed with its name.
//
// A value that is named by another value may have its name after the cut, so it is redacted here:
// a "value" without a "name" in an unclosed object below the root, and values of secret names in an
// unclosed array of names and values.
//
// It doesn't use base/json_walk.h, which requires a whole JSON text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "intake/redact_names.h"

namespace fortnight::intake {

// `front` must have no BOM. Returns nothing if it doesn't begin with an unclosed object or clearly
// isn't JSON; the caller must still check that the result is JSON. The result is at most about
// 1,100 bytes longer than `front`, and 12 bytes for each redacted value.
std::optional<std::string> close_cut_line(std::string_view front, const RedactNames& names);

}  // namespace fortnight::intake
