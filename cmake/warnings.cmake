# Every target of ours is built with these; a warning is an error.
add_library(fortnight_warnings INTERFACE)
target_compile_options(fortnight_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2 -Werror)
# GCC 12 sees std::optional as read before it is written, where it is not.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fortnight_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
