# SPDX-License-Identifier: Apache-2.0
hpct_test(workloads mandelbrot hpct_workloads)
hpct_test(workloads picture_file hpct_workloads)
hpct_test(workloads thread_team hpct_workloads)
