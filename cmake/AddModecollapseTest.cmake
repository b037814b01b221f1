# One test program of a folder, and its ctest entries: every test of the program becomes one, with the label; PREFIX: before its name.
#
#   modecollapse_add_test_program(<name> LABEL <label> [PREFIX <prefix>] SOURCES <file>...)
find_package(GTest REQUIRED)
include(GoogleTest)

function(modecollapse_add_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;PREFIX" "SOURCES")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} SYSTEM PRIVATE ${Boost_INCLUDE_DIRS} ${RANDOM123_INCLUDE_DIR})
  target_compile_definitions(${name} PRIVATE MODECOLLAPSE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  target_link_libraries(${name} PRIVATE modecollapse modecollapse_options GTest::gtest_main)
  gtest_discover_tests(${name} TEST_PREFIX "${arg_PREFIX}" PROPERTIES LABELS ${arg_LABEL} TIMEOUT 900 DISCOVERY_TIMEOUT 60)
endfunction()
