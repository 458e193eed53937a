// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_batch/lanes512.h"
#include "workloads/kernels/qwen_batch/tiles.h"

/// The CPU's dot product of bf16 pairs: the weights are used as they lie, the activations are rounded.
namespace hpct::qwen_batch_kernels {
namespace {

struct PairLanes {
  using Vector = __m512i;
  using Sums = __m512;
  static constexpr int64_t kLanes = 32;
  static constexpr int kRows = 4;

  static Sums zero() { return _mm512_setzero_ps(); }
  static Vector load(const uint16_t* from) { return _mm512_loadu_si512(from); }
  static Sums multiply_add(Vector a, Vector b, Sums c) {
    return _mm512_dpbf16_ps(c, reinterpret_cast<__m512bh>(a), reinterpret_cast<__m512bh>(b));
  }
  template <int kCount>
  static void totals(const Sums* sums, float* out) {
    qwen::totals_of<kCount>(sums, out);
  }
};

void multiply(const qwen::MatrixProduct& product) {
  qwen::multiply_tiles<PairLanes>(product, product.x_halves);
}

}  // namespace

extern const qwen::BatchKernels avx512_bf16;
const qwen::BatchKernels avx512_bf16{"avx512_bf16", true, multiply, qwen::join_parts};

}  // namespace hpct::qwen_batch_kernels
