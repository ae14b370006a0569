# Headers that almost every file reads are parsed once for each kind of target, which takes a quarter
# off a build from nothing. Files go on including what they use: the tsan and fuzz presets build without.
option(KEYSTEWARD_PRECOMPILE "Parse common headers once" ON)

set(KEYSTEWARD_COMMON_HEADERS
  <algorithm> <chrono> <functional> <map> <memory> <optional> <string> <string_view> <thread> <utility>
  <vector> <nlohmann/json.hpp>)

# keysteward_precompile(NAME header...)   Targets made below this directory share these headers.
macro(keysteward_precompile name)
  if(KEYSTEWARD_PRECOMPILE)
    add_library(${name} OBJECT ${CMAKE_SOURCE_DIR}/cmake/precompiled.cc)
    target_link_libraries(${name} PRIVATE keysteward_flags nlohmann_json::nlohmann_json)
    target_precompile_headers(${name} PRIVATE ${ARGN})
    set(KEYSTEWARD_PRECOMPILED ${name})
  endif()
endmacro()

# Makes a target read them; every target of cmake/targets.cmake does.
function(_keysteward_use_precompiled target)
  if(KEYSTEWARD_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${KEYSTEWARD_PRECOMPILED})
  endif()
endfunction()
