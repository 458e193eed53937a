// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/mandelbrot/kernel.h"
#include "workloads/kernels/mandelbrot/orbit.h"

/// The SIMD scheme, written once for every vector width.
///
/// One vector's iteration is a chain of dependent operations, so several vectors ("slots") are kept
/// in flight. Asking before every iteration whether a lane escaped costs as much as half the iteration,
/// so kBlock iterations run unasked, and the point before the last of them shows whether the question was
/// needed: an orbit beyond 2 never comes back (|z^2 + c| >= |z| (|z| - 1) for |c| <= |z|), so if every lane
/// is within there, none had escaped. Otherwise that one block is replayed, asking every time.
/// A slot whose lanes are all done takes the next vector of pixels at once. Along the edge of the set, where
/// nearly every block would be replayed, blocks ask from the start; but a vector's first block is then
/// run ahead of it, unasked, together with those of the next vectors.
///
/// Vector operations per iteration: 6 and 2 / 8 for the question, on two ports 3.1 cycles: with 16 lanes and
/// 8 FLOP that is a bound of 41 FLOP per cycle; 33.6 with the 7.6 operations of PlainOrbit. Asked: 9
/// operations.
///
/// Measured against one masked vector at a time (AVX-512, 5 slots, 4 rows per call, thread CPU time,
/// quartile of 9 runs): views 1 to 6 of the workload 2.7, 2.1, 2.6, 2.5, 1.7, 2.6 times as fast.
/// What each part is worth: PlainOrbit instead of ExactOrbit, and asking after the
/// block: 2.5, 1.9, 2.4, 2.35, 1.5, 2.4; no first block ahead: view 5 1.55, view 1 2 % faster; never asking
/// from the start: view 5 1.0. Tried and slower: 4 or 6 slots (3 to 8 %); blocks of 6, 7 or 10; single lanes
/// that take the next pixels; vectors in a pool or batch in memory whose next block is unasked or asked in
/// full groups, without any replay (views 1 to 4 20 to 30 %: the replay of one vector hides behind the next
/// block of the others).
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

/// How many vectors are taken without trying to start vectors ahead, after that has failed once.
inline constexpr int kFirstWait = 32;

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
    if (--untried_ < 0 && take_started(slot)) return 1;
    if (next_row_ == end_row_) {
      line_[slot] = nullptr;
      active_[slot] = Simd::first_lanes(0);
      re_[slot] = im_[slot] = c_re_[slot] = c_im_[slot] = Simd::all(0);
      return 0;
    }
    c_im_[slot] = im_[slot] = row_im();
    c_re_[slot] = re_[slot] = column_re();
    line_[slot] = line();
    used_[slot] = active_[slot] = used();
    count_[slot] = Simd::whole(0);
    done_[slot] = 0;
    advance();
    return 1;
  }

  [[nodiscard]] Real row_im() const {
    return Simd::all(grid_.bottom + static_cast<float>(next_row_) * grid_.step_y);
  }
  [[nodiscard]] Real column_re() const {
    return Simd::add(Simd::all(grid_.left), Simd::mul(Simd::ramp(next_column_), Simd::all(grid_.step_x)));
  }
  [[nodiscard]] Mask used() const { return Simd::first_lanes(grid_.width - next_column_); }
  [[nodiscard]] std::int32_t* line() const {
    return counts_ + static_cast<std::int64_t>(next_row_) * grid_.width + next_column_;
  }
  void advance() {
    next_column_ += Simd::kLanes;
    if (next_column_ >= grid_.width) {
      next_column_ = 0;
      ++next_row_;
    }
  }

  /// Puts a vector that has made its first block into the slot; false when there is none. Not inlined, to
  /// keep the common way of take_pixels() short.
  [[gnu::noinline]] bool take_started(int slot) {
    if (started_count_ == 0 && escapes_ > kManyEscapes) start_vectors();
    if (started_count_ == 0) {
      untried_ = kSlots - 1;
      return false;
    }
    const Started& from = started_[--started_count_];
    c_im_[slot] = from.c_im;
    im_[slot] = from.im;
    c_re_[slot] = from.c_re;
    re_[slot] = from.re;
    line_[slot] = from.line;
    used_[slot] = active_[slot] = from.used;
    count_[slot] = Simd::whole(0);
    done_[slot] = from.done;
    if (started_count_ == 0 && start_failed_) untried_ = wait_;
    return true;
  }

  /// Makes the next kSlots vectors and the first block of each, unasked. A vector that escapes in it starts
  /// from the beginning; then the next vectors will, too, so this is not tried for a while.
  void start_vectors() {
    if (grid_.iterations < kBlock || vectors_left() < kSlots) return;
    Real re[kSlots];
    Real im[kSlots];
    for (int i = 0; i < kSlots; ++i) {
      const Real c_re = re[i] = column_re();
      const Real c_im = im[i] = row_im();
      started_[i] = {c_re, c_im, c_re, c_im, used(), line(), 0};
      advance();
    }
    for (int step = 0; step < kBlock - 1; ++step)
      for (int i = 0; i < kSlots; ++i) Step::step(re[i], im[i], started_[i].c_re, started_[i].c_im);
    start_failed_ = false;
    for (int i = 0; i < kSlots; ++i) {
      auto& vector = started_[i];
      const bool beyond = Simd::any_beyond(Step::magnitude(re[i], im[i]), kSurelyInside, vector.used);
      Step::step(re[i], im[i], vector.c_re, vector.c_im);
      if (beyond) {
        start_failed_ = true;
      } else {
        vector.re = re[i];
        vector.im = im[i];
        vector.done = kBlock;
      }
    }
    started_count_ = kSlots;
    wait_ = start_failed_ ? 2 * wait_ : kFirstWait;
  }
  [[nodiscard]] std::int64_t vectors_left() const {
    const auto in = [](int columns) { return (columns + Simd::kLanes - 1) / Simd::kLanes; };
    if (next_row_ == end_row_) return 0;
    return static_cast<std::int64_t>(end_row_ - next_row_ - 1) * in(grid_.width) +
           in(grid_.width - next_column_);
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

  /// A vector ahead of its slot.
  struct Started {
    Real re;
    Real im;
    Real c_re;
    Real c_im;
    Mask used;
    std::int32_t* line;
    int done;
  };
  Started started_[kSlots];
  int started_count_ = 0;
  bool start_failed_ = false;
  int wait_ = kFirstWait;     ///< vectors before starting ahead is tried again once it failed
  int untried_ = 2 * kSlots;  ///< vectors before it is tried next
};

}  // namespace hpct::mandelbrot_blocks
