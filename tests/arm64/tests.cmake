# SPDX-License-Identifier: Apache-2.0
# arm64 under qemu-user: the whole tool and the tests of its kernels. See README.md here.
find_program(HPCT_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

function(hpct_arm64_settings test)
  set_tests_properties(arm64.${test} PROPERTIES LABELS arm64 SKIP_RETURN_CODE 77 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1
    TIMEOUT 300 ${ARGN})
endfunction()

# hpct_arm64_test(STEM sources...): tests/arm64/STEM_test.cpp, a main() that exits 0 on success, with the sources.
# Needs no arm64 package but the compiler's own libraries.
function(hpct_arm64_test stem)
  add_test(NAME arm64.${stem} COMMAND ${HPCT_PYTHON} ${PROJECT_SOURCE_DIR}/tests/arm64/under_qemu.py
    ${PROJECT_SOURCE_DIR} tests/arm64/${stem}_test.cpp ${ARGN})
  hpct_arm64_settings(${stem})
endfunction()

hpct_arm64_test(mandelbrot workloads/kernels/mandelbrot/scalar.cpp workloads/kernels/mandelbrot/neon.cpp)
hpct_arm64_test(arrays workloads/kernels/arrays/scalar.cpp workloads/kernels/arrays/neon.cpp)

# The parts of all this, without a network and without an emulator.
add_test(NAME arm64.parts COMMAND ${HPCT_PYTHON} -m unittest -q packages_test cross_build_test
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/arm64)
set_tests_properties(arm64.parts PROPERTIES LABELS project TIMEOUT 60 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)

# hpct_arm64_run(NAME arguments...): something of the cross build, which is made once for these tests and tests/pmu.
function(hpct_arm64_run name)
  add_test(NAME arm64.${name} COMMAND ${HPCT_PYTHON} ${PROJECT_SOURCE_DIR}/tests/arm64/cross_build.py
    ${PROJECT_BINARY_DIR}/arm64 ${ARGN})
  hpct_arm64_settings(${name} FIXTURES_REQUIRED arm64_programs)
endfunction()

# Minutes without a compiler cache, and it keeps both of CI's cores busy.
hpct_arm64_run(build)
set_tests_properties(arm64.build PROPERTIES FIXTURES_REQUIRED "" FIXTURES_SETUP arm64_programs TIMEOUT 1800 COST 1000
  PROCESSORS 2)

include(${CMAKE_CURRENT_LIST_DIR}/programs.cmake)
foreach(stem IN LISTS HPCT_ARM64_PROGRAMS)
  hpct_arm64_run(${stem} program ${stem}_test ${HPCT_ARM64_ARGUMENTS_${stem}})
endforeach()

# Each test method is a test of its own.
set(whole_tool ${PROJECT_SOURCE_DIR}/tests/arm64/whole_tool_test.py)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${whole_tool})
file(STRINGS ${whole_tool} methods REGEX "def test_")
foreach(method IN LISTS methods)
  string(REGEX MATCH "test_([a-z0-9_]+)" test ${method})
  hpct_arm64_run(${CMAKE_MATCH_1} test whole_tool_test.WholeTool.${test})
endforeach()
