// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_kv/f16_rows.h"
#include "workloads/kernels/qwen_kv/q8_blocks.h"

/// AVX-512 with VNNI.
namespace hpct::qwen_kv_kernels {

extern const qwen::KvKernels avx512_vnni;
const qwen::KvKernels avx512_vnni{"avx512_vnni", qwen::attend_f16_blocks, qwen::attend_q8_blocks};

}  // namespace hpct::qwen_kv_kernels
