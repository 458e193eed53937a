// SPDX-License-Identifier: Apache-2.0
// NEON against scalar: the same counts in all six views, at widths that leave a partial vector, at limits
// that leave a partial block. The fused kernel against std::fma, one pixel at a time.
#include <cmath>
#include <cstdio>
#include <vector>

#include "workloads/kernels/mandelbrot/kernel.h"

namespace hpct::mandelbrot_kernels {
extern const MandelbrotKernel scalar;
extern const MandelbrotKernel neon;
}  // namespace hpct::mandelbrot_kernels

namespace {

using Counts = std::vector<std::int32_t>;

/// The pieces of the plane that the workload's views show: left, bottom, extent in x; 3 : 2.
struct View {
  float left, bottom, extent;
};
constexpr View kViews[] = {{-2, -1, 3},
                           {-1.01F, 0.285F, 0.045F},
                           {0.31F, 0.03F, 0.06F},
                           {-0.04F, 0.71F, 0.06F},
                           {-1.54F, -0.02F, 0.06F},
                           {-1.404F, -0.002F, 0.006F}};
constexpr int kSizes[][3] = {{203, 131, 256}, {64, 9, 100}, {5, 3, 7}, {1, 1, 1}};

Counts counts_of(hpct::MandelbrotRender render, const hpct::MandelbrotGrid& grid) {
  Counts counts(static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height), -1);
  for (int row = 0; row < grid.height; row += 4)
    render(grid, row, row + 4 < grid.height ? row + 4 : grid.height, counts.data());
  return counts;
}

std::int32_t fused_count(float x, float y, int limit) {
  float re = x;
  float im = y;
  for (std::int32_t count = 0; count < limit; ++count) {
    if (std::fma(re, re, im * im) > 4) return count;
    const float next = std::fma(2 * re, im, y);
    re = std::fma(re, re, std::fma(-im, im, x));
    im = next;
  }
  return limit;
}

Counts fused_counts(const hpct::MandelbrotGrid& grid) {
  Counts counts;
  for (int row = 0; row < grid.height; ++row)
    for (int column = 0; column < grid.width; ++column)
      counts.push_back(fused_count(grid.left + static_cast<float>(column) * grid.step_x,
                                   grid.bottom + static_cast<float>(row) * grid.step_y, grid.iterations));
  return counts;
}

int differing(const char* kernel, std::size_t view, const Counts& got, const Counts& expected) {
  int wrong = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) wrong += got[i] != expected[i] ? 1 : 0;
  if (wrong > 0) std::printf("%s, view %zu: %d of %zu pixels differ\n", kernel, view, wrong, expected.size());
  return wrong;
}

}  // namespace

int main() {
  using namespace hpct::mandelbrot_kernels;
  int wrong = 0;
  for (std::size_t view = 0; view < std::size(kViews); ++view)
    for (const auto& [width, height, iterations] : kSizes) {
      const auto& [left, bottom, extent] = kViews[view];
      const hpct::MandelbrotGrid grid{.left = left,
                                      .bottom = bottom,
                                      .step_x = extent / static_cast<float>(width),
                                      .step_y = extent / 1.5F / static_cast<float>(height),
                                      .width = width,
                                      .height = height,
                                      .iterations = iterations};
      const auto expected = counts_of(scalar.render, grid);
      wrong += differing("neon", view + 1, counts_of(neon.render, grid), expected);
      wrong += differing("neon-masked", view + 1, counts_of(neon.render_masked, grid), expected);
      wrong += differing("neon-fused", view + 1, counts_of(neon.render_fused, grid), fused_counts(grid));
    }
  return wrong == 0 ? 0 : 1;
}
