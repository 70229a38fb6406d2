# Headers that most files include, parsed once for a target and not once for a file. Only headers that
# never change with the project: a change to one of these compiles the whole target anew. Builds
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
    # ccache reads which header was used. GCC 12 warns falsely of templates in precompiled headers.
    target_compile_options(${name} PRIVATE -fpch-preprocess -Wno-array-bounds -Wno-stringop-overflow
      -Wno-stringop-overread -Wno-restrict)
  endif()
endfunction()

# A room: one folder and its inner ones (FOLDERS), one static library of all their sources, includes
# written from the project's root. PRECOMPILE: other projects' headers that most of its files include.
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
endfunction()

# A program of one main file beside its room.
function(fortnight_program name main)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  add_executable(${name} ${main})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} fortnight_warnings)
endfunction()

# All sources of tests/<folder>, as one Boost.Test program under ctest.
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
  fortnight_precompile(${name} <boost/test/unit_test.hpp>)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/main.cc PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON)  # it includes Boost.Test in another form
  add_test(NAME ${folder} COMMAND ${name})
endfunction()
