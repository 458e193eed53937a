# The program as a user meets it: Python scripts that run hpct-prof. Each is one file of unittest cases.
set(cli_tests all_variants bad_input interrupt workflow gate program instruction_set software_events import regions sampling simulated certificate)
if(TARGET hpct-bench)
  list(APPEND cli_tests bench)
  set(bench_program HPCT_BENCH=$<TARGET_FILE:hpct-bench>)
endif()
if(TARGET PAPI::sde)
  add_executable(hpct_program_with_sde cli/program_with_sde.cpp)
  hpct_target(hpct_program_with_sde)
  target_link_libraries(hpct_program_with_sde PRIVATE PAPI::sde)
  # It stands for a user's program: nothing can be preloaded into one with a sanitizer.
  target_compile_options(hpct_program_with_sde PRIVATE -fno-sanitize=all)
  target_link_options(hpct_program_with_sde PRIVATE -fno-sanitize=all)
  set(sde_program HPCT_SDE_PROGRAM=$<TARGET_FILE:hpct_program_with_sde>)
endif()
foreach(stem IN LISTS cli_tests)
  add_test(NAME cli.${stem} COMMAND ${CMAKE_COMMAND} -E env HPCT_PROF=$<TARGET_FILE:hpct-prof> ${bench_program} ${sde_program}
    PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/cli PYTHONDONTWRITEBYTECODE=1
    /usr/bin/python3 -m unittest -q ${stem}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/cli)
  set_tests_properties(cli.${stem} PROPERTIES LABELS cli TIMEOUT ${HPCT_SCRIPT_TIMEOUT})
endforeach()
# What a build with sanitizers is run on first: see scripts/sanitize.sh.
set_tests_properties(cli.all_variants PROPERTIES LABELS "cli;small" TIMEOUT 1500)
