# The libraries of another build folder under their own names (MODECOLLAPSE_LIBRARIES): the wheel's test need not compile
# again what it has no question about. The options that decide what the libraries need (MODECOLLAPSE_MPI) must be the same.
include(${MODECOLLAPSE_LIBRARIES})
foreach(library IN ITEMS modecollapse_kernels modecollapse modecollapse_program)
  add_library(${library} ALIAS built::${library})
endforeach()
