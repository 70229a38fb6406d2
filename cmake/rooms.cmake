# Headers that most files include, parsed once per target instead of once per file. Only headers from outside
# the project, since a change of one recompiles the whole target. Builds
# without FORTNIGHT_PRECOMPILE (all presets but release) prove that each file includes what it uses.
set(FORTNIGHT_STANDARD_HEADERS <algorithm> <array> <atomic> <bitset> <charconv> <chrono> <cstdint>
  <cstring> <functional> <limits> <map> <memory> <mutex> <optional> <set> <span> <string>
  <string_view> <thread> <utility> <vector>)
function(fortnight_precompile name)
  if(NOT FORTNIGHT_PRECOMPILE)
    return()
  endif()
  target_precompile_headers(${name} PRIVATE ${FORTNIGHT_STANDARD_HEADERS} ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # -fpch-preprocess lets ccache see the header. GCC 12 has false warnings about templates in precompiled headers.
    target_compile_options(${name} PRIVATE -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow
      -Wno-stringop-overread -Wno-restrict)
  endif()
endfunction()

# Compiles the target's sources in batches, so that the headers they share are parsed once a batch: a third
# of the time. The names in their anonymous namespaces must then differ. Builds without FORTNIGHT_UNITY
# prove that each file compiles alone.
function(fortnight_unity name)
  if(FORTNIGHT_UNITY)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# A room: one static library of all sources of a folder and its subfolders (FOLDERS). Include paths start
# at the project's root. PRECOMPILE: external headers that most of its files include.
function(fortnight_room name)
  cmake_parse_arguments(ARG "" "" "LINKS;EXCLUDE;FOLDERS;PRECOMPILE" ${ARGN})
  set(patterns ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  foreach(folder ${ARG_FOLDERS})
    list(APPEND patterns ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${patterns})
  foreach(excluded ${ARG_EXCLUDE})
    list(REMOVE_ITEM sources ${CMAKE_CURRENT_SOURCE_DIR}/${excluded})
  endforeach()
  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINKS} PRIVATE fortnight_warnings)
  fortnight_precompile(${name} ${ARG_PRECOMPILE})
  fortnight_unity(${name})
endfunction()

# A program: one main file, linked with its room.
function(fortnight_program name main)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  add_executable(${name} ${main})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} fortnight_warnings)
endfunction()

# One Boost.Test program of all sources of tests/<folder>, run by ctest.
function(fortnight_tests folder)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cc)
  if(NOT sources)
    return()
  endif()
  set(name ${folder}_tests)
  add_executable(${name} ${sources} ${PROJECT_SOURCE_DIR}/tests/main.cc)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} test_paths Boost::unit_test_framework fortnight_warnings)
  target_compile_definitions(${name} PRIVATE BOOST_TEST_DYN_LINK)
  # Test code is compiled once and runs briefly: a third less time to compile outweighs its speed.
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
  fortnight_precompile(${name} <boost/test/unit_test.hpp>)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/main.cc PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)  # it includes another variant of Boost.Test
  fortnight_unity(${name})
  add_test(NAME ${folder} COMMAND ${name})
endfunction()
