# SPDX-License-Identifier: Apache-2.0
# What our own measuring costs. Figures: run hpct_own_bench by hand on a quiet machine; ctest only proves
# that it runs.
find_package(benchmark REQUIRED)
add_executable(hpct_own_bench bench/region_bench.cpp)
hpct_target(hpct_own_bench)
target_link_libraries(hpct_own_bench PRIVATE hpct_collector benchmark::benchmark)
add_test(NAME bench.hpct_own_bench_runs COMMAND hpct_own_bench --benchmark_min_time=0.01 --benchmark_filter=-ten_million)
set_tests_properties(bench.hpct_own_bench_runs PROPERTIES LABELS bench TIMEOUT 120)
