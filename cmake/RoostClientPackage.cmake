# `cmake --install build/release --component client` installs the client library with its headers (a plain one does not), so that
# another project has it with
#   find_package(roost-client)
#   target_link_libraries(program roost::client)
# and includes "client/account.h". The layers under it come along; they are no interface of their own.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(headers ${CMAKE_INSTALL_INCLUDEDIR}/roost)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/roost-client)
set_target_properties(roost_client PROPERTIES EXPORT_NAME client)

install(TARGETS roost_client roost_imap_protocol roost_net roost_mail roost_base third_party
        EXPORT roost-client-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/roost COMPONENT client EXCLUDE_FROM_ALL)
install(EXPORT roost-client-targets NAMESPACE roost:: DESTINATION ${package} COMPONENT client EXCLUDE_FROM_ALL)
foreach(layer base net mail imap/protocol client)
  file(GLOB files ${CMAKE_SOURCE_DIR}/src/${layer}/*.h)
  list(FILTER files EXCLUDE REGEX "/(test_[a-z]+|fake_[a-z]+|[a-z]+_fixture|temporary_directory|replica|scenario|talk)\\.h$")
  install(FILES ${files} DESTINATION ${headers}/${layer} COMPONENT client EXCLUDE_FROM_ALL)
endforeach()

configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/roost-client-config.cmake.in
                              ${CMAKE_BINARY_DIR}/roost-client-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/roost-client-config-version.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/roost-client-config.cmake ${CMAKE_BINARY_DIR}/roost-client-config-version.cmake
        DESTINATION ${package} COMPONENT client EXCLUDE_FROM_ALL)
