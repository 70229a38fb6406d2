// Regular expressions of redacted text, in RE2's syntax.
#pragma once

#include <string>
#include <string_view>

namespace fortnight::config {

// Returns a description of the expected value if `pattern` isn't an expression, or matches the
// empty text; empty if it is valid.
std::string redact_pattern_problem(std::string_view pattern);

}  // namespace fortnight::config
