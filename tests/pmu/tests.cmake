# SPDX-License-Identifier: Apache-2.0
# The collector under a real kernel's PMU driver, in emulated arm64 machines. See README.md here.
function(hpct_pmu_test name)
  add_test(NAME pmu.${name} COMMAND ${HPCT_PYTHON} ${PROJECT_SOURCE_DIR}/tests/pmu/bench.py ${PROJECT_BINARY_DIR}/pmu ${ARGN})
  set_tests_properties(pmu.${name} PROPERTIES LABELS pmu SKIP_RETURN_CODE 77 TIMEOUT 300
    ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endfunction()

# Packs what arm64.build cross-compiles; where that was switched off, compiles it: minutes, on both of CI's cores.
hpct_pmu_test(prepare)
set_tests_properties(pmu.prepare PROPERTIES FIXTURES_REQUIRED arm64_programs FIXTURES_SETUP pmu_guest TIMEOUT 1800
  COST 1000 PROCESSORS 2)
foreach(case cortex_a57 neoverse_n1 cortex_a72 paranoid_3 pmu_off forged_v1 forged_a64fx forged_thunderx2 workloads)
  hpct_pmu_test(${case} ${case}_test)
  set_tests_properties(pmu.${case} PROPERTIES FIXTURES_REQUIRED pmu_guest)
endforeach()

# The bench's own parts, without QEMU.
add_test(NAME pmu.bench COMMAND ${HPCT_PYTHON} -m unittest -q bench_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/pmu)
set_tests_properties(pmu.bench PROPERTIES LABELS project TIMEOUT 60 ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
