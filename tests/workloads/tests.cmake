# SPDX-License-Identifier: Apache-2.0
hpct_test(workloads mandelbrot hpct_workloads)
hpct_test(workloads onebrc hpct_workloads)
hpct_test(workloads onebrc_generator hpct_workloads)
hpct_test(workloads onebrc_changing_file hpct_workloads)
hpct_test(workloads onebrc_kernels hpct_workloads)
hpct_test(workloads onebrc_property hpct_workloads)
hpct_test(workloads onebrc_scan hpct_workloads)
hpct_test(workloads onebrc_tally hpct_workloads)
hpct_test(workloads picture_file hpct_workloads)
hpct_test(workloads thread_team hpct_workloads)
hpct_test(workloads cache_sizes hpct_workloads)
hpct_test(workloads ceiling_limits hpct_workloads)
hpct_test(workloads ceilings hpct_workloads)
hpct_test(workloads plateaus hpct_workloads)
hpct_test(workloads ceiling_sweep hpct_workloads)
hpct_test(workloads qwen_decode hpct_workloads)
hpct_test(workloads qwen_declared_work hpct_workloads)
hpct_test(workloads qwen_kernels hpct_workloads)
hpct_test(workloads qwen_weight_kernels hpct_workloads)
hpct_test(workloads qwen_model_file hpct_workloads)
hpct_test(workloads array_workload hpct_workloads)

# NEON kernels run on an emulated CPU; it skips itself where there is no cross compiler.
add_test(NAME workloads.onebrc_arm64 COMMAND /usr/bin/python3 -m unittest -q onebrc_arm64_test
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/workloads)
set_tests_properties(workloads.onebrc_arm64 PROPERTIES LABELS workloads TIMEOUT 120
  ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
