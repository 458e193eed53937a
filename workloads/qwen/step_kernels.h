// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/attention_parts.h"
#include "workloads/qwen/kernels.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {

/// The kernels of a step: those of the bf16 path with everything that is no matrix, and the matrix-vector
/// products over other formats; `cache` is needed where the KV cache is not bf16, `join_sums` where it is in
/// pages.
struct StepKernels {
  const Kernels* plain;
  const WeightKernels* weights;
  const KvKernels* cache = nullptr;
  JoinSums join_sums = nullptr;
};

}  // namespace hpct::qwen
