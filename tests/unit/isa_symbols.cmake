# Fails if an object file defines weak function symbols. kernels/gradient_flow/lanes.cpp is compiled once per instruction set; an inline function that stays
# out of line there is weak, and the linker may hand the AVX-512 copy to the path for processors that lack it. A function of a SIMD pack as
# wide as the instruction set's registers may stay: no other object has such a pack.
#
# Usage: cmake -DNM=nm "-DOBJECTS=a.o;b.o" -P isa_symbols.cmake
set(found "")
if(NOT OBJECTS)
  message(FATAL_ERROR "no object files given")
endif()
foreach(object IN LISTS OBJECTS)
  execute_process(COMMAND ${NM} -C --defined-only ${object} OUTPUT_VARIABLE symbols RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "${NM} cannot read ${object}")
  endif()
  string(REGEX MATCHALL "[0-9a-f]+ [WVu] [^\n]*" weak "${symbols}")
  foreach(symbol IN LISTS weak)
    if(object MATCHES "avx512" AND symbol MATCHES "Pack<(double, 8|float, 16)>")
      continue()
    elseif(object MATCHES "avx2" AND symbol MATCHES "Pack<(double, 4|float, 8)>" AND NOT symbol MATCHES "Pack<(double, 8|float, 16)>")
      continue()
    endif()
    string(APPEND found "  ${object}: ${symbol}\n")
  endforeach()
endforeach()
if(found)
  message(FATAL_ERROR "weak symbols compiled for a special instruction set:\n${found}")
endif()
