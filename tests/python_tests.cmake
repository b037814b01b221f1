# Tests written with Python's unittest, one ctest entry a file.
#
#   modecollapse_add_python_tests(<prefix> LABEL <label> FOLDER <folder> NAMES <test_NAME.py>... [ENVIRONMENT <A=B>...])
find_package(Python3 COMPONENTS Interpreter REQUIRED)
# the distribution's Python, where its netCDF4, xarray and matplotlib are, if there are several
find_program(MODECOLLAPSE_TEST_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(NOT MODECOLLAPSE_TEST_PYTHON)
  set(MODECOLLAPSE_TEST_PYTHON ${Python3_EXECUTABLE})
endif()

function(modecollapse_add_python_tests prefix)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "LABEL;FOLDER" "NAMES;ENVIRONMENT")
  if(MODECOLLAPSE_SANITIZE)
    list(APPEND arg_ENVIRONMENT MODECOLLAPSE_TEST_PATIENCE=1500 "MODECOLLAPSE_SANITIZE=${MODECOLLAPSE_SANITIZE}")
  endif()
  foreach(name IN LISTS arg_NAMES)
    add_test(NAME ${prefix}.${name} COMMAND ${MODECOLLAPSE_TEST_PYTHON} -m unittest -v test_${name} WORKING_DIRECTORY ${arg_FOLDER})
    set_tests_properties(${prefix}.${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 1800 COST 10  # long: first
      ENVIRONMENT "MODECOLLAPSE_PROGRAM=$<TARGET_FILE:modecollapse_cli>;PYTHONDONTWRITEBYTECODE=1;${arg_ENVIRONMENT}")
  endforeach()
endfunction()
