// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/arrays/masked_lanes.h"

namespace hpct::array_kernels {
namespace {

struct Avx512 {
  using Real = __m512;
  using Whole = __m512i;
  using Mask = __mmask16;
  static constexpr int kLanes = 16;

  static Real all(float value) { return _mm512_set1_ps(value); }
  static Real add(Real a, Real b) { return _mm512_add_ps(a, b); }
  static Real sub(Real a, Real b) { return _mm512_sub_ps(a, b); }
  static Real mul(Real a, Real b) { return _mm512_mul_ps(a, b); }

  static Mask first_lanes(std::int64_t count) {
    return static_cast<Mask>(count >= kLanes ? 0xFFFF : (1U << count) - 1U);
  }
  static Real load(const float* from, Mask used) { return _mm512_maskz_loadu_ps(used, from); }
  static Whole load_whole(const std::int32_t* from, Mask used) {
    return _mm512_maskz_loadu_epi32(used, from);
  }
  static void store(float* to, Mask used, Real value) { _mm512_mask_storeu_ps(to, used, value); }
  static void stream(float* to, Real value) { _mm512_stream_ps(to, value); }
  static void finish_streaming() { _mm_sfence(); }

  static Mask farther(Real error, float bound, Mask among) {
    return _mm512_mask_cmp_ps_mask(among, _mm512_abs_ps(error), all(bound), _CMP_NLE_UQ);
  }
  static Mask above(Whole value, int bound, Mask among) {
    return _mm512_mask_cmpgt_epi32_mask(among, value, _mm512_set1_epi32(bound));
  }
  static bool any(Mask mask) { return mask != 0; }
  static int count(Mask mask) { return __builtin_popcount(mask); }
  static Real choose(Mask mask, Real yes, Real no) { return _mm512_mask_mov_ps(no, mask, yes); }
  static Real at_most(Real value, float bound) { return _mm512_min_ps(value, all(bound)); }
};

/// Vectors in flight: a multiplication takes 4 cycles, and a step is a chain of them.
constexpr int kVectors = 4;

/// Where a refilled vector's lanes take their elements from, and how many there are.
struct Supply {
  std::int64_t next = 0;
  std::int64_t count = 0;

  /// The lanes of `idle` that get an element; their numbers in `index`, in order.
  __mmask16 deal(__mmask16 idle, __m512i& index) {
    const auto left = count - next;
    const int wanted = __builtin_popcount(idle);
    const auto given = static_cast<int>(left < wanted ? left : wanted);
    // The lowest `given` lanes of `idle`: expand a run of that many ones into it.
    const __mmask16 ones = static_cast<__mmask16>((1U << given) - 1U);
    const auto filled = static_cast<__mmask16>(_pdep_u32(ones, idle));
    const __m512i run =
        _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(next)),
                         _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
    index = _mm512_mask_expand_epi32(index, filled, run);
    next += given;
    return filled;
  }
};

/// A new element for each lane that is done, so that no lane waits for the slowest of its vector. Refilling
/// costs an expand and a scatter, hence only once `kWorthwhile` lanes are idle, or nothing else is left.
constexpr int kWorthwhile = 6;

bool worth_refilling(__mmask16 active, const Supply& supply) {
  return active == 0 || (supply.next < supply.count && 16 - __builtin_popcount(active) >= kWorthwhile);
}

struct NewtonLanes {
  __m512 x = _mm512_setzero_ps();
  __m512 root = _mm512_setzero_ps();
  __m512i index = _mm512_setzero_si512();
  __mmask16 held = 0;    ///< lanes with an element whose result is not stored yet
  __mmask16 active = 0;  ///< of them, those that are not done

  void refill(const ArraySlice& slice, Supply& supply) {
    const auto done = static_cast<__mmask16>(held & ~active);
    _mm512_mask_i32scatter_ps(slice.out, done, index, _mm512_mul_ps(x, root), 4);
    const auto first = supply.next;
    const auto filled = supply.deal(static_cast<__mmask16>(~active), index);
    x = _mm512_mask_expandloadu_ps(x, filled, slice.x + first);
    root = _mm512_mask_mov_ps(root, filled, _mm512_set1_ps(1.0F));
    held = active = static_cast<__mmask16>(active | filled);
  }
  /// One step of every active lane.
  void step(LaneUse& use) {
    const __m512 product = _mm512_mul_ps(_mm512_mul_ps(root, root), x);
    active = Avx512::farther(_mm512_sub_ps(product, _mm512_set1_ps(1.0F)), kNewtonError, active);
    const __m512 half = _mm512_mul_ps(root, _mm512_set1_ps(0.5F));
    root = _mm512_mask_mul_ps(root, active, half, _mm512_sub_ps(_mm512_set1_ps(3.0F), product));
    use.useful += static_cast<std::uint64_t>(__builtin_popcount(active));
    use.issued += 16;
  }
};

/// Runs all elements of at most 2^31 through kVectors vectors.
LaneUse run_piece(const ArraySlice& slice) {
  NewtonLanes lanes[kVectors];
  Supply supply{0, slice.count};
  LaneUse use{0, 0};
  for (bool busy = true; busy;) {
    busy = false;
    for (auto& vector : lanes) {
      if (worth_refilling(vector.active, supply)) vector.refill(slice, supply);
      if (vector.held == 0) continue;
      busy = true;
      vector.step(use);
    }
  }
  return use;
}

/// In pieces, because a lane keeps its element's number in 32 bits.
LaneUse newton_refill(const ArraySlice& slice) {
  constexpr std::int64_t kPiece = std::int64_t{1} << 30;
  LaneUse use{0, 0};
  auto piece = slice;
  for (auto left = slice.count; left > 0; left -= piece.count) {
    piece.count = left < kPiece ? left : kPiece;
    const auto part = run_piece(piece);
    use.useful += part.useful;
    use.issued += part.issued;
    piece.x += piece.count;
    piece.out += piece.count;
  }
  return use;
}

}  // namespace

extern const ArrayKernels avx512;
const ArrayKernels avx512{"avx512",
                          masked_lanes::saxpy<Avx512>,
                          masked_lanes::saxpy_stream<Avx512>,
                          masked_lanes::newton_sqrt<Avx512>,
                          newton_refill,
                          masked_lanes::power<Avx512>};

}  // namespace hpct::array_kernels
