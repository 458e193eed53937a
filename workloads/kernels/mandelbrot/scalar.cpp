// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/mandelbrot/kernel.h"

namespace hpct::mandelbrot_kernels {
namespace {

std::int32_t escape_count(float c_re, float c_im, int limit) {
  float re = c_re;
  float im = c_im;
  int count = 0;
  while (count < limit) {
    const float re_squared = re * re;
    const float im_squared = im * im;
    if (re_squared + im_squared > 4.0F) break;
    im = 2.0F * re * im + c_im;
    re = re_squared - im_squared + c_re;
    ++count;
  }
  return count;
}

void render(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts) {
  for (int row = begin; row < end; ++row) {
    const float c_im = grid.bottom + static_cast<float>(row) * grid.step_y;
    std::int32_t* const line = counts + static_cast<std::int64_t>(row) * grid.width;
    for (int column = 0; column < grid.width; ++column) {
      const float c_re = grid.left + static_cast<float>(column) * grid.step_x;
      line[column] = escape_count(c_re, c_im, grid.iterations);
    }
  }
}

}  // namespace

extern const MandelbrotKernel scalar;
const MandelbrotKernel scalar{"baseline", 1, render, nullptr, nullptr};

}  // namespace hpct::mandelbrot_kernels
