# Language level, warnings and hardening for every target of the project.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

option(KEYSTEWARD_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(KEYSTEWARD_SANITIZE "" CACHE STRING "Value of -fsanitize for all targets")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # Paths are rewritten relative to the source tree, so a fresh clone elsewhere hits the same cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# Line tables only: half the link time of full debug info, stack traces stay readable. The image strips
# them. The dev preset is built as what is shipped, so that the tests run the very code of the release.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG -D_FORTIFY_SOURCE=3")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 is wrong about the insides of std::string and std::variant (GCC bug 105651 and its kin). What
  # these warnings mean to find, ASan finds.
  foreach(flags IN ITEMS CMAKE_CXX_FLAGS_RELEASE CMAKE_CXX_FLAGS_DEBUG)
    string(APPEND ${flags} " -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow"
           " -Wno-stringop-overread -Wno-maybe-uninitialized")
  endforeach()
endif()

add_library(keysteward_flags INTERFACE)
target_compile_options(keysteward_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -pthread -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection -ftrivial-auto-var-init=zero)
target_compile_definitions(keysteward_flags INTERFACE
  _GLIBCXX_ASSERTIONS SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL _TURN_OFF_PLATFORM_STRING)
target_link_options(keysteward_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
target_include_directories(keysteward_flags INTERFACE ${CMAKE_SOURCE_DIR})

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
