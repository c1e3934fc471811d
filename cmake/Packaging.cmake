# What is installed beside the program, and the Debian package that CPack makes of it (cpack -G DEB).
set(CODEARTS_PACKAGE_NAME codearts-pipeline-exporter)
set(CODEARTS_PACKAGE_MAINTAINER "CodeArts Pipeline exporter maintainers <maintainers@example.org>"
  CACHE STRING "Who answers for the Debian package: NAME <MAIL>")

set(data_dir ${CMAKE_INSTALL_DATADIR}/${CODEARTS_PACKAGE_NAME})
set(doc_dir ${CMAKE_INSTALL_DATADIR}/doc/${CODEARTS_PACKAGE_NAME})
install(DIRECTORY dashboards/ DESTINATION ${data_dir}/dashboards
  FILES_MATCHING PATTERN "*.json" PATTERN source EXCLUDE)
install(DIRECTORY deploy/prometheus/rules/ DESTINATION ${data_dir}/rules
  FILES_MATCHING PATTERN "*.yml")
install(FILES README.md DESTINATION ${doc_dir})
install(DIRECTORY docs DESTINATION ${doc_dir}
  FILES_MATCHING PATTERN "*.md" PATTERN adr EXCLUDE)

# gzip -n leaves name and time out, as reproducible packages need.
find_program(CODEARTS_GZIP gzip REQUIRED)
function(codearts_install_compressed source name destination)
  set(compressed ${CMAKE_BINARY_DIR}/generated/packaging/${name}.gz)
  execute_process(COMMAND ${CODEARTS_GZIP} -9nc ${PROJECT_SOURCE_DIR}/${source}
    OUTPUT_FILE ${compressed} COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${source})
  install(FILES ${compressed} DESTINATION ${destination} ${ARGN})
endfunction()

file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated/packaging)
codearts_install_compressed(docs/codearts_pipeline_exporter.1 codearts_pipeline_exporter.1
  ${CMAKE_INSTALL_MANDIR}/man1)
codearts_install_compressed(CHANGELOG.md changelog ${doc_dir})

# Only in the Debian package. Its prefix is /usr; what lies outside is named in full.
set(debian COMPONENT debian EXCLUDE_FROM_ALL)
codearts_install_compressed(deploy/debian/changelog changelog.Debian ${doc_dir} ${debian})
install(FILES deploy/debian/copyright DESTINATION ${doc_dir} ${debian})
install(FILES deploy/debian/lintian-overrides RENAME ${CODEARTS_PACKAGE_NAME}
  DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides ${debian})
install(FILES deploy/systemd/codearts-pipeline-exporter.service
  DESTINATION /lib/systemd/system ${debian})
install(FILES deploy/systemd/sysusers.conf RENAME ${CODEARTS_PACKAGE_NAME}.conf
  DESTINATION lib/sysusers.d ${debian})
install(FILES deploy/systemd/default RENAME ${CODEARTS_PACKAGE_NAME}
  DESTINATION /etc/default ${debian})
install(FILES deploy/debian/config.yaml DESTINATION /etc/${CODEARTS_PACKAGE_NAME} ${debian})
install(DIRECTORY DESTINATION /etc/${CODEARTS_PACKAGE_NAME}/secrets
  DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE ${debian})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ${CODEARTS_PACKAGE_NAME})
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${CODEARTS_PACKAGE_MAINTAINER})
set(CPACK_INSTALL_CMAKE_PROJECTS
  ${CMAKE_BINARY_DIR} ${PROJECT_NAME} ALL / ${CMAKE_BINARY_DIR} ${PROJECT_NAME} debian /)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
  "ca-certificates, systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "prometheus, prometheus-alertmanager")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Tells Prometheus which pipeline broke, since when and in which stage, how
long runs, stages and jobs take and whether they get slower. Each finished
run is counted once, across restarts, retries and several scrapers, with
few calls of the API.

Grafana dashboards, recording and alert rules come with it.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "")
foreach(file IN ITEMS conffiles postinst prerm postrm)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/deploy/debian/${file})
endforeach()
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
