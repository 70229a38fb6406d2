# Every target of ours is built with these. The presets make a warning an error; other builds, with other
# compilers and optimisations, may have warnings of their own.
option(FORTNIGHT_WARNINGS_AS_ERRORS "Make each warning an error" OFF)
add_library(fortnight_warnings INTERFACE)
target_compile_options(fortnight_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2)
if(FORTNIGHT_WARNINGS_AS_ERRORS)
  target_compile_options(fortnight_warnings INTERFACE -Werror)
endif()
# GCC 12 sees std::optional as read before it is written, where it is not.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fortnight_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
