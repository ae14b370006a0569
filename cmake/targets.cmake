# keysteward_library(NAME [DEPS target...] [PRIVATE_DEPS target...] [FOLDERS subfolder...])
#   Static library keysteward_NAME of every .cc in this folder (main.cc left out) and in FOLDERS.
# keysteward_binary(NAME [DEPS target...])      Program NAME from this folder's main.cc.
# keysteward_test(NAME [DEPS target...] [FOLDERS subfolder...])
#   Test program NAME_test of every *_test.cc in this folder and in FOLDERS, registered with ctest.
# keysteward_fuzz(NAME [DEPS target...])
#   libFuzzer program NAME_fuzz from NAME_fuzz.cc, in the fuzz preset only.
#
# Where tests find files of the source tree: header tests/source_dir.h, made here. A definition on the
# command line would keep every object out of the compiler cache of another clone.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/tests/source_dir.h
     CONTENT "#pragma once\n#define KEYSTEWARD_SOURCE_DIR \"@CMAKE_SOURCE_DIR@\"\n" @ONLY)

function(_keysteward_sources out pattern)
  set(found)
  foreach(folder IN ITEMS . ${ARGN})
    file(GLOB here CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/${pattern})
    list(APPEND found ${here})
  endforeach()
  list(FILTER found EXCLUDE REGEX "/main\\.cc$")
  set(${out} ${found} PARENT_SCOPE)
endfunction()

function(keysteward_library name)
  cmake_parse_arguments(arg "" "" "DEPS;PRIVATE_DEPS;FOLDERS" ${ARGN})
  _keysteward_sources(sources *.cc ${arg_FOLDERS})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(sources)
    add_library(keysteward_${name} STATIC ${sources})
    target_link_libraries(keysteward_${name} PUBLIC keysteward_flags ${arg_DEPS}
                          PRIVATE ${arg_PRIVATE_DEPS})
    _keysteward_use_precompiled(keysteward_${name})
  else()
    add_library(keysteward_${name} INTERFACE)
    target_link_libraries(keysteward_${name} INTERFACE keysteward_flags ${arg_DEPS})
  endif()
endfunction()

function(keysteward_binary name)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  add_executable(${name} main.cc)
  target_link_libraries(${name} PRIVATE keysteward_flags ${arg_DEPS})
  _keysteward_use_precompiled(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

function(keysteward_test name)
  cmake_parse_arguments(arg "" "" "DEPS;FOLDERS" ${ARGN})
  _keysteward_sources(sources *_test.cc ${arg_FOLDERS})
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE keysteward_flags ${arg_DEPS} GTest::gmock
                        GTest::gtest_main)
  target_include_directories(${name}_test PRIVATE ${CMAKE_BINARY_DIR}/generated)
  _keysteward_use_precompiled(${name}_test)
  set_target_properties(${name}_test PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name}_test)
endfunction()

function(keysteward_fuzz name)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  if(NOT KEYSTEWARD_FUZZ)
    return()
  endif()
  add_executable(${name}_fuzz ${name}_fuzz.cc)
  target_link_libraries(${name}_fuzz PRIVATE keysteward_flags ${arg_DEPS})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name}_fuzz PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
endfunction()
