// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/qwen/attend128.h"
#include "workloads/qwen/weight_kernels.h"

/// NEON.
namespace hpct::qwen_kv_kernels {
namespace {

using namespace qwen;

inline float scale_of(const uint8_t* group) {
  uint16_t bits;
  memcpy(&bits, group, sizeof bits);
  return vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(bits))), 0);
}

/// Groups of 32 signed bytes behind their scale.
struct ByteRows {
  static int64_t bytes(int64_t dim) { return dim / kGroup * kBytesQ8; }
  static void widen(const uint8_t* row, int64_t dim, float* to) {
    for (int64_t i = 0; i < dim; i += kGroup, row += kBytesQ8) {
      const float scale = scale_of(row);
      for (int64_t k = 0; k < kGroup; k += 8) {
        const int16x8_t eight = vmovl_s8(vld1_s8(reinterpret_cast<const int8_t*>(row + 2 + k)));
        const float32x4_t low = vcvtq_f32_s32(vmovl_s16(vget_low_s16(eight)));
        const float32x4_t high = vcvtq_f32_s32(vmovl_high_s16(eight));
        vst1q_f32(to + i + k, vmulq_n_f32(low, scale));
        vst1q_f32(to + i + k + 4, vmulq_n_f32(high, scale));
      }
    }
  }
};

}  // namespace

extern const KvKernels neon;
const KvKernels neon{"neon", attend_rows<PlainRows<FromF16>>, attend_rows<ByteRows>};

}  // namespace hpct::qwen_kv_kernels
