# Flags that every target of the project shares, carried by the interface target modecollapse_options.
#
# -ffp-contract=off and --fmad=false: products and sums are fused only where the source says fma(), so that all instruction sets, and the GPU,
# compute the same bits (include/modecollapse/numbers/number.hpp).
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Offline builds: scripts/bundle-deps leaves headers and libraries here. Their folder is named after the architecture, where CMake looks by
# itself on Debian only. Programs in the build tree must find these libraries, and so must netCDF the ones that it needs: the old RPATH is
# inherited by a program's libraries, the newer RUNPATH is not.
set(modecollapse_bundle ${CMAKE_CURRENT_SOURCE_DIR}/.deps/usr)
if(EXISTS ${modecollapse_bundle})
  file(GLOB modecollapse_bundle_libraries ${modecollapse_bundle}/lib/*-linux-gnu)
  list(APPEND CMAKE_PREFIX_PATH ${modecollapse_bundle} ${modecollapse_bundle_libraries}/cmake)
  list(APPEND CMAKE_LIBRARY_PATH ${modecollapse_bundle_libraries})
  list(APPEND CMAKE_BUILD_RPATH ${modecollapse_bundle_libraries})
  add_link_options(-Wl,--disable-new-dtags)
endif()

# -fno-tree-slp-vectorize: GCC 12 drops the rounding of double -> float -> double when it packs scalar code at -O2.
set(modecollapse_cxx_flags -ffp-contract=off -fno-math-errno -fno-trapping-math -fno-tree-slp-vectorize -Wall -Wextra -Wpedantic)
if(MODECOLLAPSE_WARNINGS_AS_ERRORS)
  list(APPEND modecollapse_cxx_flags -Werror)
endif()
if(MODECOLLAPSE_SANITIZE)
  list(APPEND modecollapse_cxx_flags -fsanitize=${MODECOLLAPSE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
endif()

add_library(modecollapse_options INTERFACE)
target_compile_options(modecollapse_options INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${modecollapse_cxx_flags}>")
if(MODECOLLAPSE_SANITIZE)
  target_compile_definitions(modecollapse_options INTERFACE MODECOLLAPSE_INLINE_FREELY)
  target_link_options(modecollapse_options INTERFACE -fsanitize=${MODECOLLAPSE_SANITIZE})
endif()
