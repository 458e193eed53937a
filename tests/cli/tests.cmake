# The program as a user meets it: Python scripts that run hpct-prof. Each is one file of unittest cases.
set(cli_tests bad_input interrupt workflow gate program import regions sampling simulated certificate)
if(TARGET hpct-bench)
  list(APPEND cli_tests bench)
  set(bench_program HPCT_BENCH=$<TARGET_FILE:hpct-bench>)
endif()
foreach(stem IN LISTS cli_tests)
  add_test(NAME cli.${stem} COMMAND ${CMAKE_COMMAND} -E env HPCT_PROF=$<TARGET_FILE:hpct-prof> ${bench_program}
    PYTHONPATH=${PROJECT_SOURCE_DIR}/tests/cli PYTHONDONTWRITEBYTECODE=1
    /usr/bin/python3 -m unittest -q ${stem}_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/cli)
  set_tests_properties(cli.${stem} PROPERTIES LABELS cli TIMEOUT 300)
endforeach()
