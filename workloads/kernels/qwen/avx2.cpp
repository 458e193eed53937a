// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend256.h"
#include "workloads/kernels/qwen/matvec256.h"

/// AVX2 and FMA: the same plan as AVX-512 with half the lanes and half the registers.
namespace hpct::qwen_kernels {
namespace {

struct Bf16 {
  static __m256 floats(const uint16_t* from) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
  }
};

struct Bf16Rows {
  static constexpr int64_t kBytes = 64;
  static __m256 floats(const char* row, int64_t column) {
    return Bf16::floats(reinterpret_cast<const uint16_t*>(row) + column);
  }
};

}  // namespace

extern const qwen::Kernels avx2;
const qwen::Kernels avx2{
    "avx2",          qwen::matvec16<Bf16>,        qwen::rmsnorm,       qwen::rope,  qwen::to_bf16,
    qwen::from_bf16, qwen::attend_rows<Bf16Rows>, qwen::silu_multiply, qwen::argmax};

}  // namespace hpct::qwen_kernels
