# SPDX-License-Identifier: Apache-2.0
target_sources(hpct_workloads PRIVATE
  qwen/agreement.cpp qwen/declared_work.cpp qwen/decode_workload.cpp qwen/kv_cache.cpp
  qwen/model.cpp qwen/pages.cpp qwen/random.cpp qwen/reference.cpp
  qwen/shape.cpp qwen/team_step.cpp qwen/weights.cpp)
hpct_kernels(hpct_workloads qwen::Kernels workloads/qwen/kernels.h all_qwen_kernels hpct::qwen_kernels
  kernels/qwen scalar avx2 avx512)
