# SPDX-License-Identifier: Apache-2.0
hpct_test(workloads mandelbrot hpct_workloads)
hpct_test(workloads onebrc hpct_workloads)
hpct_test(workloads onebrc_generator hpct_workloads)
hpct_test(workloads onebrc_kernels hpct_workloads)
hpct_test(workloads onebrc_tally hpct_workloads)
hpct_test(workloads picture_file hpct_workloads)
hpct_test(workloads thread_team hpct_workloads)
