# The code that test programs share, and one test program of a folder, and its ctest entries: every test of the program becomes one, with the label; PREFIX: before its name.
#
#   modecollapse_add_test_program(<name> LABEL <label> [PREFIX <prefix>] SOURCES <file>...)
find_package(GTest REQUIRED)
include(GoogleTest)

# Large headers (Boost, Eigen's solvers, Random123) are read here once instead of in every test.
add_library(modecollapse_test_support STATIC ${PROJECT_SOURCE_DIR}/tests/support/bounds.cpp ${PROJECT_SOURCE_DIR}/tests/support/kolmogorov_smirnov.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/gradient_flow_payloads.cpp ${PROJECT_SOURCE_DIR}/tests/support/initial_law_checks.cpp
  ${PROJECT_SOURCE_DIR}/tests/support/test_data.cpp)
set_property(SOURCE ${PROJECT_SOURCE_DIR}/tests/support/test_data.cpp PROPERTY
  COMPILE_DEFINITIONS MODECOLLAPSE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
target_include_directories(modecollapse_test_support SYSTEM PUBLIC ${Boost_INCLUDE_DIRS} ${RANDOM123_INCLUDE_DIR})
# No test program holds code of a special instruction set, the reason for forcing (platform.hpp), and without it a test
# that follows trajectories by itself compiles three times as fast.
target_compile_definitions(modecollapse_test_support PUBLIC MODECOLLAPSE_INLINE_FREELY)
target_link_libraries(modecollapse_test_support PUBLIC modecollapse modecollapse_options)

function(modecollapse_add_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;PREFIX" "SOURCES")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE modecollapse_test_support GTest::gtest_main)
  if(NOT TARGET ${arg_LABEL}_test_programs)
    add_custom_target(${arg_LABEL}_test_programs)  # all programs of a label, for builds that run no others
  endif()
  add_dependencies(${arg_LABEL}_test_programs ${name})
  gtest_discover_tests(${name} TEST_PREFIX "${arg_PREFIX}" PROPERTIES LABELS ${arg_LABEL} TIMEOUT 900 DISCOVERY_TIMEOUT 60)
endfunction()
