// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_kv/f16_rows.h"
#include "workloads/kernels/qwen_kv/widened.h"

/// AVX-512 without the dot product of bytes: half precision by blocks, bytes by plain loops.
namespace hpct::qwen_kv_kernels {

extern const qwen::KvKernels avx512;
const qwen::KvKernels avx512{"avx512", qwen::attend_f16_blocks, qwen::attend_q8_widened};

}  // namespace hpct::qwen_kv_kernels
