# Language level, warnings and hardening for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(KEYSTEWARD_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(KEYSTEWARD_SANITIZE "" CACHE STRING "Value of -fsanitize for all targets")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths are rewritten relative to the source tree, so a fresh clone elsewhere hits the same cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  # -O1 and line tables only: half the link time of full debug info, stack traces stay readable.
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
endif()

add_library(keysteward_flags INTERFACE)
target_compile_options(keysteward_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fstack-protector-strong -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero)
target_compile_definitions(keysteward_flags INTERFACE
  _GLIBCXX_ASSERTIONS SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL _TURN_OFF_PLATFORM_STRING
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=3>)
target_link_options(keysteward_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
target_include_directories(keysteward_flags INTERFACE ${CMAKE_SOURCE_DIR})

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 at -O2 takes std::string's own assignment for an overlapping copy (GCC bug 105651).
  target_compile_options(keysteward_flags INTERFACE $<$<CONFIG:Release>:-Wno-restrict>)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(keysteward_flags INTERFACE -Wthread-safety)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
    target_compile_options(keysteward_flags INTERFACE
      -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
  endif()
endif()

if(KEYSTEWARD_SANITIZE)
  add_compile_options(-fsanitize=${KEYSTEWARD_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KEYSTEWARD_SANITIZE})
  if(KEYSTEWARD_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
