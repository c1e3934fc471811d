# Makes text files part of the program.
#
# codearts_embed_text(<target> <file>): gives the sources of <target> a header "<path from
# src/>.inc" with the content as a raw string literal. The header follows the file.
function(codearts_embed_text target file)
  file(READ ${CMAKE_CURRENT_SOURCE_DIR}/${file} text)
  string(FIND "${text}" ")embedded\"" end)
  if(NOT end EQUAL -1)
    message(FATAL_ERROR "${file} holds the mark that ends its literal")
  endif()
  file(RELATIVE_PATH path ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/embedded/${path}.inc
    CONTENT "R\"embedded(@text@)embedded\"\n" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  target_include_directories(${target} PRIVATE ${PROJECT_BINARY_DIR}/embedded)
endfunction()
