# The commit that is being built, for the result files: written at build time to provenance.hpp, only when it changes.
set(provenance_dir ${PROJECT_BINARY_DIR}/generated)
add_custom_target(modecollapse_provenance
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DOUTPUT=${provenance_dir}/provenance.hpp
          -DVERSION=${PROJECT_VERSION} -P ${PROJECT_SOURCE_DIR}/cmake/WriteProvenance.cmake
  BYPRODUCTS ${provenance_dir}/provenance.hpp
  COMMENT "Recording the commit")
