# INTERFACE targets carry every flag we own; nothing is set globally. codearts_options is for our
# own code, the other two are also for the C code that we compile.
option(CODEARTS_WERROR "Treat warnings as errors (CI presets only)" OFF)
option(CODEARTS_COVERAGE "Instrument for gcov" OFF)
set(CODEARTS_SANITIZE "" CACHE STRING "Comma list for -fsanitize=, e.g. address,undefined")

include(CheckPIESupported)
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(codearts_sanitizers INTERFACE)
if(CODEARTS_SANITIZE)
  target_compile_options(codearts_sanitizers INTERFACE
    -fsanitize=${CODEARTS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(codearts_sanitizers INTERFACE -fsanitize=${CODEARTS_SANITIZE})
  target_compile_definitions(codearts_sanitizers INTERFACE CODEARTS_SANITIZED)
endif()

if(CODEARTS_SANITIZE MATCHES undefined AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(codearts_sanitizers INTERFACE
    -fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/sanitizers.ignore)
endif()

add_library(codearts_hardening INTERFACE)
set(optimized $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)
# The same program from every folder that it is built in.
target_compile_options(codearts_hardening INTERFACE
  $<${optimized}:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>)
if(NOT CODEARTS_SANITIZE)
  target_compile_options(codearts_hardening INTERFACE
    $<${optimized}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2;-fstack-protector-strong>)
  target_compile_definitions(codearts_hardening INTERFACE $<${optimized}:_GLIBCXX_ASSERTIONS>)
  target_link_options(codearts_hardening INTERFACE $<${optimized}:-Wl,-z,relro,-z,now>)
endif()

add_library(codearts_options INTERFACE)
target_compile_features(codearts_options INTERFACE cxx_std_20)
target_link_libraries(codearts_options INTERFACE codearts_sanitizers codearts_hardening)
target_compile_options(codearts_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
  -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
  -Wimplicit-fallthrough -Wswitch-enum -Wundef
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wuseless-cast>
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
# GCC 12 takes the unused alternative of a std::variant for an uninitialised value when it optimises.
target_compile_options(codearts_options INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,${optimized}>:-Wno-maybe-uninitialized>)
# In a unit GCC takes every file for a header, whose classes may not hold what is local to a file.
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(codearts_options INTERFACE -Wno-subobject-linkage)
endif()
if(CODEARTS_WERROR)
  target_compile_options(codearts_options INTERFACE -Werror)
endif()
if(CODEARTS_COVERAGE)
  target_compile_options(codearts_options INTERFACE --coverage)
  target_link_options(codearts_options INTERFACE --coverage)
endif()
