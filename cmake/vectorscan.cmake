# Vectorscan, from its archive. Up to the 5.4.9 of Debian 12 the routines for AVX-512 search a text's last
# bytes short of a whole vector in the wrong place and miss matches there; those for AVX2 do not
# (tests/detection/engine/prefilter_test.cc). Which are run is settled by the processor, without a
# setting, so the linker puts the good ones in the others' place; only in the archive it can.
pkg_check_modules(libhs REQUIRED libhs)
find_library(VECTORSCAN_ARCHIVE libhs.a PATHS ${libhs_LIBRARY_DIRS} REQUIRED)
add_library(keysteward_vectorscan INTERFACE)
target_include_directories(keysteward_vectorscan SYSTEM INTERFACE ${libhs_INCLUDE_DIRS})
target_link_libraries(keysteward_vectorscan INTERFACE ${VECTORSCAN_ARCHIVE})
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  target_link_libraries(keysteward_vectorscan INTERFACE -Wl,--defsym,avx512_hs_scan=avx2_hs_scan)
endif()
