// Lines as broken producers, cut connections and attackers send them.
#pragma once

#include <string>

#include "tools/generate/call_writer.h"
#include "tools/generate/random.h"

namespace fortnight::generate {

// A line that must be rejected: no JSON object, cut off, without a usable time, of bytes that are
// no UTF-8, or from the far future. Made from the call where that is more wicked.
std::string rejected_line(const Call& call, Random& random);

// The call's line with something hard to keep added to it, still a valid call: numbers beyond
// double, deep nesting, escapes, odd spacing, a duplicate key.
std::string odd_line(const Call& call, Random& random);

}  // namespace fortnight::generate
