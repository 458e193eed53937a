# Tests of the project as a whole: structure, format, packaging, documentation.
find_program(HPCT_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

# hpct_project_test(NAME script arguments...): a Python script in tests/project that exits 0 on success.
function(hpct_project_test name)
  add_test(NAME project.${name} COMMAND ${HPCT_PYTHON} ${PROJECT_SOURCE_DIR}/tests/project/${name}.py ${ARGN})
  set_tests_properties(project.${name} PROPERTIES LABELS project TIMEOUT 300)
endfunction()

hpct_project_test(layers_test ${PROJECT_SOURCE_DIR})
hpct_project_test(registry_test ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
hpct_project_test(isa_symbols_test ${PROJECT_BINARY_DIR})
hpct_project_test(schema_test ${PROJECT_SOURCE_DIR} $<TARGET_FILE:hpct-prof>)
hpct_project_test(install_test ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
hpct_project_test(readme_test ${PROJECT_SOURCE_DIR} $<TARGET_FILE_DIR:hpct-prof>)
hpct_project_test(documentation_test ${PROJECT_SOURCE_DIR})
hpct_project_test(ladder_pages_test ${PROJECT_SOURCE_DIR})
