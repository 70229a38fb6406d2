# Warnings for all targets of the project. The presets make them errors; builds with other compilers or
# optimisations may have further warnings.
option(FORTNIGHT_WARNINGS_AS_ERRORS "Make each warning an error" OFF)
add_library(fortnight_warnings INTERFACE)
target_compile_options(fortnight_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2)
if(FORTNIGHT_WARNINGS_AS_ERRORS)
  target_compile_options(fortnight_warnings INTERFACE -Werror)
endif()
# GCC 12 falsely reports uninitialised reads of std::optional.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(fortnight_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
