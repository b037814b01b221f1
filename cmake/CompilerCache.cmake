# ccache, where it is installed and nobody has chosen a launcher (CMAKE_CXX_COMPILER_LAUNCHER, also as an environment
# variable; an empty one leaves it out). Nothing depends on it. With CCACHE_BASEDIR set to a folder above the source, and
# CCACHE_NOHASHDIR=1, a clone in another folder hits too.
find_program(MODECOLLAPSE_CCACHE ccache)
mark_as_advanced(MODECOLLAPSE_CCACHE)
foreach(language IN ITEMS C CXX CUDA)
  if(MODECOLLAPSE_CCACHE AND NOT DEFINED CMAKE_${language}_COMPILER_LAUNCHER AND NOT DEFINED ENV{CMAKE_${language}_COMPILER_LAUNCHER})
    set(CMAKE_${language}_COMPILER_LAUNCHER ${MODECOLLAPSE_CCACHE})
  endif()
endforeach()
