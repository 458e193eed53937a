// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/mandelbrot/kernel.h"
#include "workloads/kernels/mandelbrot/orbit.h"

namespace hpct::mandelbrot_blocks {

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
