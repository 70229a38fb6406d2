# Every target of ours is built with these; a warning is an error.
add_library(fortnight_warnings INTERFACE)
target_compile_options(fortnight_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-align -Wformat=2 -Werror)
