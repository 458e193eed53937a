# SPDX-License-Identifier: Apache-2.0
# The NEON kernels, compiled for arm64 and run by qemu-user (natively on an arm64 machine): their results against those
# of the scalar code. Needs no arm64 package but the compiler's own libraries, unlike tests/pmu.
find_program(HPCT_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

# hpct_arm64_test(STEM sources...): tests/arm64/STEM_test.cpp, a main() that exits 0 on success, with the sources.
function(hpct_arm64_test stem)
  add_test(NAME arm64.${stem} COMMAND ${HPCT_PYTHON} ${PROJECT_SOURCE_DIR}/tests/arm64/under_qemu.py
    ${PROJECT_SOURCE_DIR} tests/arm64/${stem}_test.cpp ${ARGN})
  set_tests_properties(arm64.${stem} PROPERTIES LABELS arm64 SKIP_RETURN_CODE 77 TIMEOUT 120
    ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endfunction()

hpct_arm64_test(mandelbrot workloads/kernels/mandelbrot/scalar.cpp workloads/kernels/mandelbrot/neon.cpp)
hpct_arm64_test(arrays workloads/kernels/arrays/scalar.cpp workloads/kernels/arrays/neon.cpp)
