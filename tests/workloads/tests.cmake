# SPDX-License-Identifier: Apache-2.0
hpct_test(workloads mandelbrot hpct_workloads)
hpct_test(workloads picture_file hpct_workloads)
hpct_test(workloads thread_team hpct_workloads)
hpct_test(workloads memory_facts hpct_workloads)
hpct_test(workloads ceiling_limits hpct_workloads)
hpct_test(workloads ceilings hpct_workloads)
