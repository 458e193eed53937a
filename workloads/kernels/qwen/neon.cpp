// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend128.h"

/// NEON, which every 64-bit ARM has: four lanes and fused multiply-adds.
namespace hpct::qwen_kernels {
namespace {

using qwen::Attend;

void attend(const Attend& part) {
  qwen::attend_rows<qwen::PlainRows<qwen::FromBf16>>({.queries = part.queries,
                                                      .keys = part.keys,
                                                      .values = part.values,
                                                      .group = part.group,
                                                      .dim = part.dim,
                                                      .count = part.count,
                                                      .sums = part.sums,
                                                      .largest = part.largest,
                                                      .weights = part.weights});
}

}  // namespace

extern const qwen::Kernels neon;
const qwen::Kernels neon{"neon",
                         qwen::rows_times<qwen::FromBf16>,
                         qwen::rmsnorm_by_four,
                         qwen::rope_by_four,
                         qwen::to_bf16,
                         qwen::from_bf16,
                         attend,
                         qwen::silu_multiply_by_four,
                         qwen::argmax};

}  // namespace hpct::qwen_kernels
