// How much the tests try. Under a sanitizer each thing takes five to thirty times as long, and a
// data race or a bad access shows the first time that its code is run: less is tried there, by one
// factor for all tests.
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

// Of so many things to try: how many are tried. Also bounds what these must have come to at least.
template <typename Count>
constexpr Count rounds(Count count) {
  return std::max<Count>(Count{1}, count / static_cast<Count>(kThinning));
}

// Where each `step`-th is tried: the step instead of it.
template <typename Step>
constexpr Step stride(Step step) {
  return step * static_cast<Step>(kThinning);
}

}  // namespace fortnight::tests
