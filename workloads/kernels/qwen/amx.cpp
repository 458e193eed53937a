// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend_tiles.h"
#include "workloads/kernels/qwen/matvec512.h"

/// AMX beside AVX-512: attention multiplies tiles. The rest has one vector at a time to multiply with and
/// stays as it is in AVX-512.
namespace hpct::qwen_kernels {

extern const qwen::Kernels amx;
const qwen::Kernels amx{"amx",
                        qwen::matvec16<qwen::Bf16Weights>,
                        qwen::rmsnorm,
                        qwen::rope,
                        qwen::to_bf16,
                        qwen::from_bf16,
                        qwen::attend_tiles,
                        qwen::silu_multiply,
                        qwen::argmax};

}  // namespace hpct::qwen_kernels
