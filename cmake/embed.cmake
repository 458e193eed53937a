# SPDX-License-Identifier: Apache-2.0
# hpct_embed(TARGET HEADER FUNCTION DIRECTORY EXTENSION name...)
#
# Compiles the text of DIRECTORY/<name>.EXTENSION into the target: FUNCTION(), declared in HEADER, returns a
# span of hpct::EmbeddedText in listed order. Nothing to install and nothing to find at run time.
function(hpct_embed target header function directory extension)
  set(entries "")
  foreach(name IN LISTS ARGN)
    set(file ${CMAKE_CURRENT_SOURCE_DIR}/${directory}/${name}.${extension})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    string(APPEND entries "    {\"${name}\", R\"embedded(${text})embedded\"},\n")
  endforeach()
  list(LENGTH ARGN count)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${generated} CONTENT
"// Written by cmake/embed.cmake from the list in @CMAKE_CURRENT_SOURCE_DIR@/CMakeLists.txt.
#include <array>
#include <span>

#include \"@header@\"

namespace hpct {
std::span<const EmbeddedText> @function@() {
  static constexpr std::array<EmbeddedText, @count@> entries{{
@entries@  }};
  return entries;
}
}  // namespace hpct
" @ONLY)
  target_sources(${target} PRIVATE ${generated})
endfunction()
