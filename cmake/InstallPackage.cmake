# install(), and find_package(modecollapse) for other projects: target modecollapse::modecollapse.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS modecollapse modecollapse_kernels modecollapse_cli EXPORT modecollapse_targets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/modecollapse DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
# "host/..." and "kernels/..." keep their names, in a folder of their own
foreach(folder IN ITEMS run expectation fixed_points mixture realnvp families statistics starts rare theory threshold experiments)
  install(DIRECTORY host/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/modecollapse_engine/host FILES_MATCHING PATTERN "*.hpp")
endforeach()
foreach(header IN ITEMS run/records run/stop_request run/parallel gradient_flow/ensemble sgd/ensemble realnvp/ensemble realnvp/monitor)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES kernels/${header}.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/modecollapse_engine/kernels/${folder})
endforeach()
install(EXPORT modecollapse_targets NAMESPACE modecollapse:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/modecollapse
        FILE modecollapseTargets.cmake)
configure_package_config_file(cmake/modecollapseConfig.cmake.in ${PROJECT_BINARY_DIR}/modecollapseConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/modecollapse)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/modecollapseConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/modecollapseConfig.cmake ${PROJECT_BINARY_DIR}/modecollapseConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/modecollapse)

# For readers and shells, from the program's own tables.
install(FILES docs/glossary.md LICENSE README.md CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(NOT CMAKE_CROSSCOMPILING)
  set(shell_files "bash" share/bash-completion/completions/modecollapse
                  "zsh" share/zsh/site-functions/_modecollapse
                  "fish" share/fish/vendor_completions.d/modecollapse.fish)
  install(CODE "
    function(made_by_the_program place)
      set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/\${place}\")
      get_filename_component(folder \"\${file}\" DIRECTORY)
      file(MAKE_DIRECTORY \"\${folder}\")
      execute_process(COMMAND \"$<TARGET_FILE:modecollapse_cli>\" \${ARGN} OUTPUT_FILE \"\${file}\" COMMAND_ERROR_IS_FATAL ANY)
      message(STATUS \"Installing: \${file}\")
    endfunction()
    made_by_the_program(${CMAKE_INSTALL_MANDIR}/man1/modecollapse.1 --man-page)
    set(shell_files \"${shell_files}\")
    while(shell_files)
      list(POP_FRONT shell_files shell place)
      made_by_the_program(\${place} --completion \${shell})
    endwhile()")
endif()
