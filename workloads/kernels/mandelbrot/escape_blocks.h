// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/mandelbrot/kernel.h"

/// The SIMD scheme, written once for every vector width.
///
/// One vector's iteration is a chain of dependent operations, so several vectors ("slots") are kept
/// in flight. Asking after every iteration whether a lane escaped costs as much as half the iteration,
/// so kBlock iterations run unasked, and the end of the block shows whether the question was needed:
/// an orbit beyond 2 never comes back (|z^2 + c| >= |z| (|z| - 1) for |c| <= |z|), so if every lane
/// ends the block within, none had escaped. Otherwise that one block is replayed, asking every time.
/// A slot whose lanes are all done takes the next vector of pixels at once. Along the edge of the set, where
/// nearly every block would be replayed, blocks ask from the start.
///
/// Measured against one masked vector at a time (AVX-512, 5 slots, 16 rows per call, thread CPU time,
/// quartile of 9 runs, busy machine): views 1 to 6 of the workload 2.5, 2.0, 2.4, 2.4, 1.5, 2.4 times as
/// fast; without asking along the edge 2.2, 1.35, 2.0, 1.9, 1.0, 2.3; 4 and 6 slots are 2 to 5 % slower.
/// Handing single lanes to the next pixels, with a pool for the replays, was slower in views 1, 5 and 6 and
/// no faster in the others.
///
/// `Simd` is a type of the including file's unnamed namespace: what is instantiated with it is
/// local to that file and cannot replace another file's code.
namespace hpct::mandelbrot_blocks {

inline constexpr int kBlock = 8;

/// Rounding alone can bring an orbit back that has just passed 2: each step multiplies a deviation
/// by at most 2|z| = 4 and adds below 1e-6, so after 8 steps it is below 4^8 * 4/3 * 1e-6 = 0.09
/// and |z|^2 > 3.64. Below this bound no lane can have escaped.
inline constexpr float kSurelyInside = 3.6F;

/// A running mean of the slots per block in which lanes escape, in units of 1/64. Where it is high, blocks
/// that ask at once are cheaper than blocks that are replayed.
inline constexpr int kEscapeUnit = 64;
inline constexpr int kManyEscapes = 52;

/// One step of every lane as the definition has it: seven operations.
template <class Simd>
struct PlainOrbit {
  using Real = typename Simd::Real;

  static void step(Real& re, Real& im, Real c_re, Real c_im) {
    const Real squares = Simd::sub(Simd::mul(re, re), Simd::mul(im, im));
    im = Simd::add(Simd::mul(Simd::add(re, re), im), c_im);
    re = Simd::add(squares, c_re);
  }
  static Real magnitude(Real re, Real im) { return Simd::add(Simd::mul(re, re), Simd::mul(im, im)); }
};

/// The same bits with six: doubling is exact, so (2 re) im + c is fma(re im, 2, c), where the product has
/// been rounded already. The one exception, a product below the normal numbers (2^-126), would lose a bit
/// that no c_im but 0 and those below 2^-100 could feel; with 0 the imaginary part stays 0, and the rows of a
/// grid are farther apart.
template <class Simd>
struct ExactOrbit {
  using Real = typename Simd::Real;

  static void step(Real& re, Real& im, Real c_re, Real c_im) {
    const Real squares = Simd::sub(Simd::mul(re, re), Simd::mul(im, im));
    im = Simd::fused(Simd::mul(re, im), Simd::all(2.0F), c_im);
    re = Simd::add(squares, c_re);
  }
  static Real magnitude(Real re, Real im) { return Simd::add(Simd::mul(re, re), Simd::mul(im, im)); }
};

/// The order of operations that the fused counts are defined by: four.
template <class Simd>
struct FusedOrbit {
  using Real = typename Simd::Real;

  static void step(Real& re, Real& im, Real c_re, Real c_im) {
    const Real rest = Simd::fused_minus(im, im, c_re);
    im = Simd::fused(Simd::add(re, re), im, c_im);
    re = Simd::fused(re, re, rest);
  }
  static Real magnitude(Real re, Real im) { return Simd::fused(re, re, Simd::mul(im, im)); }
};

template <class Simd, int kSlots, class Step = ExactOrbit<Simd>>
class Renderer {
  using Real = typename Simd::Real;
  using Mask = typename Simd::Mask;
  using Whole = typename Simd::Whole;

 public:
  Renderer(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts)
      : grid_(grid), counts_(counts), next_row_(begin), end_row_(end) {}

  void render() {
    int busy = 0;
    for (int slot = 0; slot < kSlots; ++slot) busy += take_pixels(slot);
    while (busy > 0) {
      const int escaped = escapes_ > kManyEscapes ? ask_all() : run_block();
      escapes_ += (escaped * kEscapeUnit - escapes_) / 8;
      for (int slot = 0; slot < kSlots; ++slot)
        if (line_[slot] != nullptr && finished(slot)) busy -= 1 - take_pixels(slot);
    }
  }

 private:
  /// kBlock steps of every slot that ask; how many slots had lanes that escaped.
  int ask_all() {
    for (int slot = 0; slot < kSlots; ++slot)
      if (grid_.iterations - done_[slot] < kBlock) return run_block();
    Mask before[kSlots];
    for (int slot = 0; slot < kSlots; ++slot) {
      before[slot] = active_[slot];
      count_[slot] = Simd::choose(active_[slot], Simd::whole(done_[slot]), count_[slot]);
    }
    for (int step = 0; step < kBlock; ++step)
      for (int slot = 0; slot < kSlots; ++slot) {
        active_[slot] = Simd::within(Step::magnitude(re_[slot], im_[slot]), 4.0F, active_[slot]);
        count_[slot] = Simd::increment(count_[slot], active_[slot]);
        Step::step(re_[slot], im_[slot], c_re_[slot], c_im_[slot]);
      }
    int escaped = 0;
    for (int slot = 0; slot < kSlots; ++slot) {
      done_[slot] += kBlock;
      escaped += Simd::same(before[slot], active_[slot]) ? 0 : 1;
    }
    return escaped;
  }

  /// Puts the next vector of pixels into the slot; 0 when there is none left.
  int take_pixels(int slot) {
    line_[slot] = nullptr;
    active_[slot] = Simd::first_lanes(0);
    if (next_row_ == end_row_) {
      re_[slot] = im_[slot] = c_re_[slot] = c_im_[slot] = Simd::all(0);
      return 0;
    }
    const float row = static_cast<float>(next_row_);
    c_im_[slot] = im_[slot] = Simd::all(grid_.bottom + row * grid_.step_y);
    c_re_[slot] = re_[slot] =
        Simd::add(Simd::all(grid_.left), Simd::mul(Simd::ramp(next_column_), Simd::all(grid_.step_x)));
    line_[slot] = counts_ + static_cast<std::int64_t>(next_row_) * grid_.width + next_column_;
    used_[slot] = active_[slot] = Simd::first_lanes(grid_.width - next_column_);
    count_[slot] = Simd::whole(0);
    done_[slot] = 0;
    next_column_ += Simd::kLanes;
    if (next_column_ >= grid_.width) {
      next_column_ = 0;
      ++next_row_;
    }
    return 1;
  }

  /// kBlock steps of every slot, unasked where that was right; how many slots had to be replayed.
  int run_block() {
    Real re[kSlots];
    Real im[kSlots];
    for (int slot = 0; slot < kSlots; ++slot) {
      re[slot] = re_[slot];
      im[slot] = im_[slot];
    }
    for (int step = 0; step < kBlock - 1; ++step)
      for (int slot = 0; slot < kSlots; ++slot) Step::step(re[slot], im[slot], c_re_[slot], c_im_[slot]);
    bool beyond[kSlots];
    for (int slot = 0; slot < kSlots; ++slot) {
      beyond[slot] = Simd::any_beyond(Step::magnitude(re[slot], im[slot]), kSurelyInside, active_[slot]);
      Step::step(re[slot], im[slot], c_re_[slot], c_im_[slot]);
    }
    int replayed = 0;
    for (int slot = 0; slot < kSlots; ++slot)
      replayed += accept(slot, re[slot], im[slot], beyond[slot]) ? 0 : 1;
    return replayed;
  }

  /// Takes the block's result over, or replays it.
  bool accept(int slot, Real re, Real im, bool beyond) {
    const int left = grid_.iterations - done_[slot];
    const bool sure = left >= kBlock && !beyond;
    if (sure) {
      re_[slot] = re;
      im_[slot] = im;
      done_[slot] += kBlock;
    } else {
      replay(slot, left < kBlock ? left : kBlock);
    }
    return sure;
  }

  /// Writes the slot's counts if all its pixels are done.
  bool finished(int slot) {
    if (done_[slot] < grid_.iterations && Simd::any(active_[slot])) return false;
    const Whole counts = Simd::choose(active_[slot], Simd::whole(grid_.iterations), count_[slot]);
    Simd::store(line_[slot], used_[slot], counts);
    return true;
  }

  /// The same iterations with the question asked before each, as the scalar code does.
  void replay(int slot, int steps) {
    Real re = re_[slot];
    Real im = im_[slot];
    Mask active = active_[slot];
    Whole count = Simd::choose(active, Simd::whole(done_[slot]), count_[slot]);
    for (int step = 0; step < steps; ++step) {
      active = Simd::within(Step::magnitude(re, im), 4.0F, active);
      count = Simd::increment(count, active);
      Step::step(re, im, c_re_[slot], c_im_[slot]);
    }
    re_[slot] = re;
    im_[slot] = im;
    active_[slot] = active;
    count_[slot] = count;
    done_[slot] += steps;
  }

  const MandelbrotGrid& grid_;
  std::int32_t* counts_;
  int next_row_;
  int end_row_;
  int next_column_ = 0;

  // One entry per slot. count_ is exact for lanes that escaped; the others have made done_ steps.
  Real re_[kSlots];
  Real im_[kSlots];
  Real c_re_[kSlots];
  Real c_im_[kSlots];
  Mask active_[kSlots];  ///< lanes that have not escaped
  Mask used_[kSlots];    ///< lanes inside the picture
  Whole count_[kSlots];
  int done_[kSlots];
  int escapes_ = 0;             ///< running mean, see kEscapeUnit
  std::int32_t* line_[kSlots];  ///< where the counts go; null: the slot is idle
};

/// One vector at a time, asked after every step: what a compiler makes of "one program per pixel".
template <class Simd>
void render_masked(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  using Step = PlainOrbit<Simd>;
  for (int row = begin; row < end; ++row) {
    const auto c_im = Simd::all(grid.bottom + static_cast<float>(row) * grid.step_y);
    for (int column = 0; column < grid.width; column += Simd::kLanes) {
      const auto c_re =
          Simd::add(Simd::all(grid.left), Simd::mul(Simd::ramp(column), Simd::all(grid.step_x)));
      const auto used = Simd::first_lanes(grid.width - column);
      auto re = c_re;
      auto im = c_im;
      auto active = used;
      auto count = Simd::whole(0);
      for (int step = 0; step < grid.iterations; ++step) {
        active = Simd::within(Step::magnitude(re, im), 4.0F, active);
        if (!Simd::any(active)) break;
        count = Simd::increment(count, active);
        Step::step(re, im, c_re, c_im);
      }
      Simd::store(counts + static_cast<std::int64_t>(row) * grid.width + column, used, count);
    }
  }
}

}  // namespace hpct::mandelbrot_blocks
