// Upper bounds of a call's numbers. Code that formats times and indexes statuses relies on them, so
// numbers from files are checked against them.
#pragma once

#include <cstdint>

namespace fortnight::storage {

inline constexpr std::int64_t kMaxStatus = 999;
inline constexpr std::int64_t kMaxTsDigits = 9;

}  // namespace fortnight::storage
