# One test program of a folder, and its ctest entries.
#
#   modecollapse_add_test_program(<name> LABEL <label> SOURCES <file>... [EXCLUDE <gtest filter>])
#
# Every test of the program becomes a ctest entry with the label; EXCLUDE leaves some out, to be added apart.
find_package(GTest REQUIRED)
include(GoogleTest)

function(modecollapse_add_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;EXCLUDE" "SOURCES")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} SYSTEM PRIVATE ${Boost_INCLUDE_DIRS} ${RANDOM123_INCLUDE_DIR})
  target_compile_definitions(${name} PRIVATE MODECOLLAPSE_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  target_link_libraries(${name} PRIVATE modecollapse modecollapse_options GTest::gtest_main)
  set(filter "*")
  if(arg_EXCLUDE)
    set(filter "-${arg_EXCLUDE}")
  endif()
  gtest_discover_tests(${name} TEST_FILTER ${filter} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 900 DISCOVERY_TIMEOUT 60)
endfunction()
