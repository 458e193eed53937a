# SPDX-License-Identifier: Apache-2.0
# What users get: the programs, and find_package(hpct) with hpct::region for their own programs.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/hpct)

install(TARGETS hpct_region hpct_gbench EXPORT hpct-targets FILE_SET public_headers)
install(TARGETS hpct_sde_reader LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT hpct-targets NAMESPACE hpct:: DESTINATION ${package_folder})
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/hpct-config.cmake @ONLY CONTENT [[
include(CMakeFindDependencyMacro)
find_dependency(Threads)
include(${CMAKE_CURRENT_LIST_DIR}/hpct-targets.cmake)
]])
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hpct-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hpct-config.cmake ${PROJECT_BINARY_DIR}/hpct-config-version.cmake
  DESTINATION ${package_folder})
install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES reports/schema/report.v1.json DESTINATION ${CMAKE_INSTALL_DATADIR}/hpct/schema)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME hpct-prof)
set(CPACK_PACKAGE_CONTACT "hpct-prof maintainers <hpct-prof@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # needs the file program
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
include(CPack)
