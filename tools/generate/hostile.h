// Lines like those of broken producers, cut connections and attackers.
#pragma once

#include <string>

#include "tools/generate/call_writer.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

// A line that must be rejected: not a JSON object, cut off, without a usable time, not UTF-8, or
// from the far future. Some are made from the call's line, since they are harder to recognise.
std::string rejected_line(const Call& call, Random& random);

// The call's line with an addition that is valid but hard to store exactly: numbers beyond a
// double, deep nesting, escapes, odd spacing, a duplicate key.
std::string odd_line(const Call& call, Random& random);

}  // namespace fortnight::generate
