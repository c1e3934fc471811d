# codearts::civetweb: the web server, compiled from Debian's source package when .ci/setup has
# fetched it, because Debian 12's binary is built for OpenSSL 1.1 (the first TLS connection crashes
# it) and without IPv6. Else the system's library; CODEARTS_CIVETWEB_HAS_TLS tells the code which.
set(CODEARTS_CIVETWEB_SOURCE_DIR ${PROJECT_SOURCE_DIR}/.cache/civetweb CACHE PATH
  "civetweb's source tree; the system's library is used when it is absent")

if(EXISTS ${CODEARTS_CIVETWEB_SOURCE_DIR}/src/civetweb.c)
  add_library(codearts_civetweb STATIC ${CODEARTS_CIVETWEB_SOURCE_DIR}/src/civetweb.c)
  target_include_directories(codearts_civetweb SYSTEM
    PUBLIC ${CODEARTS_CIVETWEB_SOURCE_DIR}/include)
  # STOP_FLAG_NEEDS_LOCK makes the flag that ends its threads atomic. Every connection has a thread:
  # USE_STACK_SIZE keeps their stacks small. SOCKET_TIMEOUT_QUANTUM is how soon (milliseconds) an idle
  # one sees that flag.
  target_compile_definitions(codearts_civetweb
    PRIVATE NDEBUG OPENSSL_API_3_0 NO_SSL_DL USE_IPV6 USE_X_DOM_SOCKET NO_FILES NO_CGI
      STOP_FLAG_NEEDS_LOCK USE_STACK_SIZE=262144 SOCKET_TIMEOUT_QUANTUM=250
    INTERFACE CODEARTS_CIVETWEB_HAS_TLS=1)
  target_compile_options(codearts_civetweb PRIVATE -w)
  target_link_libraries(codearts_civetweb
    PUBLIC Threads::Threads
    PRIVATE codearts_sanitizers codearts_hardening OpenSSL::SSL OpenSSL::Crypto ${CMAKE_DL_LIBS})
else()
  message(WARNING "No civetweb source in ${CODEARTS_CIVETWEB_SOURCE_DIR}: the exporter will serve "
    "plain HTTP over IPv4 only. Run .ci/setup to fetch it.")
  find_package(civetweb CONFIG REQUIRED)
  add_library(codearts_civetweb INTERFACE)
  target_link_libraries(codearts_civetweb INTERFACE civetweb::civetweb)
  target_compile_definitions(codearts_civetweb INTERFACE CODEARTS_CIVETWEB_HAS_TLS=0)
endif()
add_library(codearts::civetweb ALIAS codearts_civetweb)
