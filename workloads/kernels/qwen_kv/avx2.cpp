// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_kv/widened.h"

/// Plain loops in the vectors of AVX2.
namespace hpct::qwen_kv_kernels {

extern const qwen::KvKernels avx2;
const qwen::KvKernels avx2{"avx2", qwen::attend_f16_widened, qwen::attend_q8_widened};

}  // namespace hpct::qwen_kv_kernels
