// How a stored line shows that it was too long and only its first part is kept.
#pragma once

#include <string_view>

namespace fortnight::storage {

// The name of the last member of such a line's object, with the value `true`. In place of a string
// that was cut there is an object with a member of this name.
inline constexpr std::string_view kTruncatedMember = "@truncated";
inline constexpr std::string_view kTruncatedPointer = "/@truncated";

}  // namespace fortnight::storage
