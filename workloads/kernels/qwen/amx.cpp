// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend_tiles.h"
#include "workloads/kernels/qwen/matvec512.h"

/// AMX beside AVX-512: attention multiplies tiles. The rest has one vector at a time to multiply with and
/// stays as it is in AVX-512.
namespace hpct::qwen_kernels {
namespace {

struct Bf16 {
  static __m512 floats(const uint16_t* from) {
    const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
  }
};

}  // namespace

extern const qwen::Kernels amx;
const qwen::Kernels amx{"amx",         qwen::matvec16<Bf16>, qwen::rmsnorm,      qwen::rope,
                        qwen::to_bf16, qwen::from_bf16,      qwen::attend_tiles, qwen::silu_multiply,
                        qwen::argmax};

}  // namespace hpct::qwen_kernels
