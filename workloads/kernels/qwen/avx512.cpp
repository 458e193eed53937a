// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend512.h"
#include "workloads/kernels/qwen/matvec512.h"

/// AVX-512. A bf16 becomes a float by a shift and meets a fused multiply-add: the CPU's own bf16
/// dot product (avx512_bf16) issues too slowly to be any faster.
namespace hpct::qwen_kernels {

extern const qwen::Kernels avx512;
const qwen::Kernels avx512{
    "avx512",        qwen::matvec16<qwen::Bf16Weights>, qwen::rmsnorm,       qwen::rope,  qwen::to_bf16,
    qwen::from_bf16, qwen::attend_rows<qwen::Bf16Rows>, qwen::silu_multiply, qwen::argmax};

}  // namespace hpct::qwen_kernels
