# SPDX-License-Identifier: Apache-2.0
target_sources(hpct_workloads PRIVATE
  qwen/agreement.cpp qwen/attention_parts.cpp qwen/kernel_workload.cpp qwen/row_problem.cpp
  qwen/declared_work.cpp qwen/definitions.cpp qwen/decode_workload.cpp qwen/kv_cache.cpp qwen/kv_format.cpp
  qwen/decode_methods.cpp qwen/gguf.cpp qwen/gguf_parser.cpp qwen/made_up_matrices.cpp qwen/matrix.cpp qwen/matrix_choice.cpp qwen/measured_model.cpp
  qwen/model.cpp qwen/model_choice.cpp qwen/model_file.cpp qwen/pages.cpp qwen/random.cpp qwen/reference.cpp qwen/run_attention.cpp qwen/sampling.cpp
  qwen/token_list.cpp qwen/weight_format.cpp
  qwen/shape.cpp qwen/step_buffers.cpp qwen/step_member.cpp qwen/stored_step.cpp qwen/team_step.cpp qwen/weights.cpp qwen/work_ledger.cpp)
hpct_kernels(hpct_workloads qwen::Kernels workloads/qwen/kernels.h all_qwen_kernels hpct::qwen_kernels
  kernels/qwen scalar neon avx2 avx512 amx)
hpct_kernels(hpct_workloads qwen::WeightKernels workloads/qwen/weight_kernels.h all_qwen_weight_kernels
  hpct::qwen_quant_kernels kernels/qwen_quant scalar neon neon_dotprod avx2 avx512 avx512_vnni)
hpct_kernels(hpct_workloads qwen::KvKernels workloads/qwen/kv_kernels.h all_qwen_kv_kernels
  hpct::qwen_kv_kernels kernels/qwen_kv scalar neon avx2 avx512 avx512_vnni)
