// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen_batch/tiles.h"

/// Four lanes of the compiler's own vectors: SSE2 on x86-64, NEON on arm64, without multiply-add.
namespace hpct::qwen_batch_kernels {
namespace {

struct FourLanes {
  typedef float Vector __attribute__((vector_size(16)));
  typedef uint32_t Words __attribute__((vector_size(16)));
  using Sums = Vector;
  static constexpr int64_t kLanes = 4;
  static constexpr int kRows = 2;

  static Vector zero() { return Vector{}; }
  static Vector load(const float* from) {
    Vector result;
    memcpy(&result, from, sizeof result);
    return result;
  }
  static Vector load(const uint16_t* from) {
    const Words words{uint32_t{from[0]} << 16, uint32_t{from[1]} << 16, uint32_t{from[2]} << 16,
                      uint32_t{from[3]} << 16};
    Vector result;
    memcpy(&result, &words, sizeof result);
    return result;
  }
  static Vector multiply_add(Vector a, Vector b, Vector c) { return a * b + c; }
  template <int kCount>
  static void totals(const Vector* sums, float* out) {
    for (int i = 0; i < kCount; ++i) out[i] = (sums[i][0] + sums[i][2]) + (sums[i][1] + sums[i][3]);
  }
};

}  // namespace

extern const qwen::BatchKernels scalar;
const qwen::BatchKernels scalar{"scalar", false, qwen::multiply_floats<FourLanes>, qwen::join_parts,
                                qwen::multiply_floats<FourLanes, qwen::FloatRows>};

}  // namespace hpct::qwen_batch_kernels
