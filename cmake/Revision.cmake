# CODEARTS_REVISION: the commit that is built, or what a packager passes, or "unknown".
set(CODEARTS_REVISION "" CACHE STRING "Revision to report; empty: the commit of the work tree")
if(NOT CODEARTS_REVISION)
  find_package(Git QUIET)
  if(GIT_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      OUTPUT_VARIABLE revision OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
  # A plain variable hides the cache entry, so that the next configuration looks again.
  if(revision)
    set(CODEARTS_REVISION ${revision})
  else()
    set(CODEARTS_REVISION unknown)
  endif()
endif()
