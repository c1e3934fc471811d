# Every third-party library, found once; Debian's packages, no downloads.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(yaml-cpp CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(CRYPT REQUIRED IMPORTED_TARGET libcrypt)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

# Debian's RapidJSON is headers without a CMake target.
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/document.h REQUIRED)
add_library(codearts_rapidjson INTERFACE)
target_include_directories(codearts_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE_DIR})
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
  # Strings are scanned 16 bytes at a time, which halves the time of parsing. Reads may pass the end
  # of a text: parse with its size, or in situ with kBodyPadding behind it.
  target_compile_definitions(codearts_rapidjson INTERFACE RAPIDJSON_SSE2)
endif()

# yaml-cpp 0.7 exports a bare target name.
add_library(codearts_yaml INTERFACE)
target_link_libraries(codearts_yaml INTERFACE yaml-cpp)

include(Civetweb)
