// Names whose values are redacted, as the configuration gives them:
//
//   password      a member of that name; letter case, `-`, `_`, `.` and blanks make no difference
//   *token*       `*` is any run of characters, anywhere in a name
//   x-amz-*       a `-`, `_` or `.` just before a `*` must be present (or a capital: xAmzDate),
//                 so that x-amzn-trace-id doesn't match
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::config {

// Redacted unless the configuration has `redact: {defaults: false}`.
const std::vector<std::string>& default_redact_keys();

// Returns a description of the expected value if `key` can match nothing or matches everything;
// empty if it is valid.
std::string redact_key_problem(std::string_view key);

// The same for a pointer to a redacted value. `pointer` must be a JSON pointer.
std::string redact_pointer_problem(std::string_view pointer);

}  // namespace fortnight::config
