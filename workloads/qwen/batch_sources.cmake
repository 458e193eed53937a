# SPDX-License-Identifier: Apache-2.0
target_sources(hpct_workloads PRIVATE
  qwen/batch_agreement.cpp qwen/batch_methods.cpp qwen/batch_model.cpp qwen/batch_pass.cpp qwen/batch_product.cpp qwen/batch_reference.cpp qwen/batch_work.cpp
  qwen/batcher.cpp qwen/pass_attention.cpp qwen/pass_buffers.cpp qwen/pass_member.cpp qwen/pass_trace.cpp qwen/paged_cache.cpp qwen/prefill_methods.cpp qwen/prefill_workload.cpp qwen/serving_requests.cpp
  qwen/serving_workload.cpp qwen/speculative_workload.cpp)
hpct_kernels(hpct_workloads qwen::BatchKernels workloads/qwen/batch_kernels.h all_qwen_batch_kernels
  hpct::qwen_batch_kernels kernels/qwen_batch scalar neon avx2 avx512 avx512_bf16 avx512_vnni amx)
