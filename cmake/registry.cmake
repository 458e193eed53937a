# SPDX-License-Identifier: Apache-2.0
# hpct_registry(TARGET TYPE HEADER FUNCTION NAMESPACE DIRECTORY name...)
#
# Compiles DIRECTORY/<name>.cpp for every name and writes FUNCTION(), which returns a span over
# `NAMESPACE::<name>` (extern const TYPE objects) in listed order. A table and not self-registering
# statics: the linker silently drops those from a static library. A missing file stops at
# configure time, a wrong object name at link time.
function(hpct_registry target type header function namespace directory)
  set(declarations "")
  set(entries "")
  foreach(name IN LISTS ARGN)
    target_sources(${target} PRIVATE ${directory}/${name}.cpp)
    string(APPEND declarations "extern const ${type} ${name};\n")
    string(APPEND entries "    &${namespace}::${name},\n")
  endforeach()
  list(LENGTH ARGN count)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  file(CONFIGURE OUTPUT ${generated} CONTENT
"// Written by cmake/registry.cmake from the list in @CMAKE_CURRENT_SOURCE_DIR@/CMakeLists.txt.
#include <array>
#include <span>

#include \"@header@\"

namespace @namespace@ {
@declarations@}  // namespace @namespace@

namespace hpct {
std::span<const @type@* const> @function@() {
  static constexpr std::array<const @type@*, @count@> entries{
@entries@  };
  return entries;
}
}  // namespace hpct
" @ONLY)
  target_sources(${target} PRIVATE ${generated})
  set_property(GLOBAL APPEND PROPERTY HPCT_REGISTRY_FOLDERS "${CMAKE_CURRENT_SOURCE_DIR}/${directory}")
endfunction()
