// What the numbers of a call may be at the most. Whoever writes times and indexes statuses relies
// on it, so what comes from a file is held against it.
#pragma once

#include <cstdint>

namespace fortnight::storage {

inline constexpr std::int64_t kMaxStatus = 999;
inline constexpr std::int64_t kMaxTsDigits = 9;

}  // namespace fortnight::storage
