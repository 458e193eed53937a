# SPDX-License-Identifier: Apache-2.0
# hpct_target(TARGET): language level, warnings and include roots, the same for every target of ours.
option(HPCT_WERROR "Warnings are errors (on in the dev, asan, tsan and ci presets)" OFF)

function(hpct_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wno-sign-conversion -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer $<$<BOOL:${HPCT_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 sees impossible overlaps in operator+("text", std::string): gcc bug 105651.
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR})
endfunction()
