// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_kv/widened.h"

/// Plain loops in the vectors of the baseline.
namespace hpct::qwen_kv_kernels {

extern const qwen::KvKernels scalar;
const qwen::KvKernels scalar{"scalar", qwen::attend_f16_widened, qwen::attend_q8_widened};

}  // namespace hpct::qwen_kv_kernels
