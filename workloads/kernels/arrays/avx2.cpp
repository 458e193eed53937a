// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/arrays/masked_lanes.h"

namespace hpct::array_kernels {
namespace {

struct Avx2 {
  using Real = __m256;
  using Whole = __m256i;
  using Mask = __m256;  ///< all bits of a lane set or none
  static constexpr int kLanes = 8;

  static Real all(float value) { return _mm256_set1_ps(value); }
  static Real add(Real a, Real b) { return _mm256_add_ps(a, b); }
  static Real sub(Real a, Real b) { return _mm256_sub_ps(a, b); }
  static Real mul(Real a, Real b) { return _mm256_mul_ps(a, b); }

  static Mask first_lanes(std::int64_t count) {
    const auto limit = static_cast<int>(count < kLanes ? count : kLanes);
    const Whole lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_castsi256_ps(_mm256_cmpgt_epi32(_mm256_set1_epi32(limit), lanes));
  }
  static Real load(const float* from, Mask used) {
    return _mm256_maskload_ps(from, _mm256_castps_si256(used));
  }
  static Whole load_whole(const std::int32_t* from, Mask used) {
    return _mm256_maskload_epi32(from, _mm256_castps_si256(used));
  }
  static void store(float* to, Mask used, Real value) {
    _mm256_maskstore_ps(to, _mm256_castps_si256(used), value);
  }
  static void stream(float* to, Real value) { _mm256_stream_ps(to, value); }
  static void finish_streaming() { _mm_sfence(); }

  static Mask farther(Real error, float bound, Mask among) {
    const Real size = _mm256_andnot_ps(all(-0.0F), error);
    return _mm256_and_ps(among, _mm256_cmp_ps(size, all(bound), _CMP_NLE_UQ));
  }
  static Mask above(Whole value, int bound, Mask among) {
    return _mm256_and_ps(among, _mm256_castsi256_ps(_mm256_cmpgt_epi32(value, _mm256_set1_epi32(bound))));
  }
  static bool any(Mask mask) { return _mm256_movemask_ps(mask) != 0; }
  static int count(Mask mask) { return __builtin_popcount(static_cast<unsigned>(_mm256_movemask_ps(mask))); }
  static Real choose(Mask mask, Real yes, Real no) { return _mm256_blendv_ps(no, yes, mask); }
  static Real at_most(Real value, float bound) { return _mm256_min_ps(value, all(bound)); }
};

}  // namespace

extern const ArrayKernels avx2;
const ArrayKernels avx2{
    "avx2",  masked_lanes::saxpy<Avx2>, masked_lanes::saxpy_stream<Avx2>, masked_lanes::newton_sqrt<Avx2>,
    nullptr, masked_lanes::power<Avx2>};

}  // namespace hpct::array_kernels
