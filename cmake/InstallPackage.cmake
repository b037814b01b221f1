# install(), and find_package(modecollapse) for other projects: target modecollapse::modecollapse.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS modecollapse modecollapse_kernels modecollapse_cli EXPORT modecollapse_targets
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/modecollapse DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
# "host/..." and "kernels/..." keep their names, in a folder of their own
foreach(folder IN ITEMS expectation fixed_points ensemble flows statistics sampling rare theory threshold)
  install(DIRECTORY host/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/modecollapse_engine/host FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(FILES kernels/records.hpp kernels/flow_ensemble.hpp kernels/sgd_ensemble.hpp kernels/realnvp_ensemble.hpp kernels/realnvp_monitor.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/modecollapse_engine/kernels)
install(EXPORT modecollapse_targets NAMESPACE modecollapse:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/modecollapse
        FILE modecollapseTargets.cmake)
configure_package_config_file(cmake/modecollapseConfig.cmake.in ${PROJECT_BINARY_DIR}/modecollapseConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/modecollapse)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/modecollapseConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/modecollapseConfig.cmake ${PROJECT_BINARY_DIR}/modecollapseConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/modecollapse)
