// Preconditions that are checked in debug, sanitizer and fuzz builds.
//
// FORTNIGHT_REQUIRE(condition) states what a function's header calls "Requires": a condition that
// only a bug of the caller breaks, never input. If it is false, the program prints it and aborts.
// In release builds it is not evaluated, so it must have no effects that anything depends on.
#pragma once

#if defined(FORTNIGHT_CHECKS)

#include <cstdio>
#include <cstdlib>

#define FORTNIGHT_REQUIRE(condition)                                                 \
  do {                                                                               \
    if (!(condition)) {                                                              \
      std::fprintf(stderr, "%s:%d: required: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                  \
    }                                                                                \
  } while (false)

#else

// Compiled, so that it can't become stale; not evaluated.
#define FORTNIGHT_REQUIRE(condition) static_cast<void>(sizeof((condition) ? 1 : 0))

#endif
