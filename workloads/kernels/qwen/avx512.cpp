// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend512.h"

/// AVX-512. A bf16 becomes a float by a shift and meets a fused multiply-add: the CPU's own bf16
/// dot product (avx512_bf16) issues too slowly to be any faster.
namespace hpct::qwen_kernels {
namespace {

inline __m512 load_bf16(const uint16_t* from) {
  const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

/// Bytes ahead of the current column that each row asks for: a page, because the hardware
/// prefetchers stop at every 4 KiB border. Less or twice as much was slower for most row lengths.
constexpr int64_t kAhead = 4096;

/// `kRows` rows at once, which share the loads of x. Two read memory as fast as a loop that only
/// loads them; four lose a tenth with the short rows of the small model.
template <int kRows>
inline void dot_rows(const uint16_t* weights, const float* x, int64_t columns, float* out) {
  __m512 even[kRows];
  __m512 odd[kRows];
  for (int r = 0; r < kRows; ++r) even[r] = odd[r] = _mm512_setzero_ps();
  for (int64_t i = 0; i < columns; i += 32) {
    const __m512 x0 = _mm512_loadu_ps(x + i);
    const __m512 x1 = _mm512_loadu_ps(x + i + 16);
    for (int r = 0; r < kRows; ++r) {
      const uint16_t* const row = weights + r * columns + i;
      _mm_prefetch(reinterpret_cast<const char*>(row) + kAhead, _MM_HINT_T0);
      even[r] = _mm512_fmadd_ps(load_bf16(row), x0, even[r]);
      odd[r] = _mm512_fmadd_ps(load_bf16(row + 16), x1, odd[r]);
    }
  }
  for (int r = 0; r < kRows; ++r) out[r] = _mm512_reduce_add_ps(_mm512_add_ps(even[r], odd[r]));
}

void matvec(const uint16_t* weights, const float* x, int64_t rows, int64_t columns, float* out) {
  int64_t row = 0;
  for (; row + 2 <= rows; row += 2) dot_rows<2>(weights + row * columns, x, columns, out + row);
  for (; row < rows; ++row) dot_rows<1>(weights + row * columns, x, columns, out + row);
}

}  // namespace

extern const qwen::Kernels avx512;
const qwen::Kernels avx512{"avx512",
                           matvec,
                           qwen::rmsnorm,
                           qwen::rope,
                           qwen::to_bf16,
                           qwen::from_bf16,
                           qwen::attend_rows<qwen::Bf16Rows>,
                           qwen::silu_multiply,
                           qwen::argmax};

}  // namespace hpct::qwen_kernels
