// logfmt: name=value name="quoted value" flag
#pragma once

#include <string>
#include <string_view>

namespace fortnight::intake {

// Appends the line as a JSON object with its pairs as members, in their order. A value without
// quotes that is a JSON number, true, false or null is one; any other is a string. In quotes, a
// backslash escapes as in Go. A name without a value is true. Text that is no pair is left out. Of
// a line without a pair the object is empty.
void append_logfmt_as_json(std::string_view line, std::string& out);

}  // namespace fortnight::intake
