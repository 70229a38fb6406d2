// How many cases a test tries. A sanitizer makes each case five to thirty times slower, and finds a
// data race or a bad access the first time that its code runs: under one, all tests try fewer
// cases, by the same factor.
#pragma once

#include <algorithm>
#include <cstdint>

namespace fortnight::tests {

#if defined(__SANITIZE_THREAD__)
inline constexpr std::uint64_t kThinning = 16;
#elif defined(__SANITIZE_ADDRESS__)
inline constexpr std::uint64_t kThinning = 4;
#else
inline constexpr std::uint64_t kThinning = 1;
#endif

// The number of cases to try, of `count` without a sanitizer. Also for what a test expects at least
// of these cases.
template <typename Count>
constexpr Count rounds(Count count) {
  return std::max<Count>(Count{1}, count / static_cast<Count>(kThinning));
}

// The distance between cases to try, of `step` without a sanitizer.
template <typename Step>
constexpr Step stride(Step step) {
  return step * static_cast<Step>(kThinning);
}

}  // namespace fortnight::tests
