// How a line says that it was too long and has only its first part.
#pragma once

#include <string_view>

namespace fortnight::storage {

// The last member of such a line's object, which is `true` there; a string that was cut is the
// member of that name of an object in its place.
inline constexpr std::string_view kTruncatedMember = "@truncated";
inline constexpr std::string_view kTruncatedPointer = "/@truncated";

}  // namespace fortnight::storage
