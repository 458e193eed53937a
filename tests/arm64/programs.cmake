# SPDX-License-Identifier: Apache-2.0
# The tests of tests/workloads that are run on arm64 too: those that try every kernel which the CPU has.
set(HPCT_ARM64_PROGRAMS
  ceilings
  qwen_batch_kernels
  qwen_kernels
  qwen_kv_kernels
  qwen_model_file
  qwen_weight_kernels
)
# What of one is about kernels, where the rest would take minutes under emulation.
set(HPCT_ARM64_ARGUMENTS_qwen_model_file --gtest_filter=*every_variant*:*differ_in_format)
