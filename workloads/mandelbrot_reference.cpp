// SPDX-License-Identifier: Apache-2.0
#include "workloads/mandelbrot_reference.h"

#include <fmt/format.h>
#include <hpct/progress.h>

#include <cmath>
#include <new>
#include <numeric>

namespace hpct {
namespace {

std::int32_t exact_count(const MandelbrotGrid& grid, int column, int row) {
  const float x = grid.left + static_cast<float>(column) * grid.step_x;
  const float y = grid.bottom + static_cast<float>(row) * grid.step_y;
  float z_re = x;
  float z_im = y;
  for (std::int32_t count = 0; count < grid.iterations; ++count) {
    if (z_re * z_re + z_im * z_im > 4.0F) return count;
    const float next_re = (z_re * z_re - z_im * z_im) + x;
    const float next_im = ((2.0F * z_re) * z_im) + y;
    z_re = next_re;
    z_im = next_im;
  }
  return grid.iterations;
}

/// std::fma rounds once.
std::int32_t fused_count(const MandelbrotGrid& grid, int column, int row) {
  const float x = grid.left + static_cast<float>(column) * grid.step_x;
  const float y = grid.bottom + static_cast<float>(row) * grid.step_y;
  float z_re = x;
  float z_im = y;
  for (std::int32_t count = 0; count < grid.iterations; ++count) {
    if (std::fma(z_re, z_re, z_im * z_im) > 4.0F) return count;
    const float next_im = std::fma(2.0F * z_re, z_im, y);
    z_re = std::fma(z_re, z_re, std::fma(-z_im, z_im, x));
    z_im = next_im;
  }
  return grid.iterations;
}

Expected<MandelbrotReference> compute(const MandelbrotGrid& grid, decltype(exact_count)* count,
                                      ThreadTeam& team) {
  MandelbrotReference reference;
  try {
    reference.counts.resize(static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height));
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::io, fmt::format("no memory for {} x {} pixels", grid.width, grid.height),
                "set a smaller width or height");
  }
  team.run([&](int member) {
    for (int row = member; row < grid.height && !interrupt_requested(); row += team.size())
      for (int column = 0; column < grid.width; ++column)
        reference.counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.width) +
                         static_cast<std::size_t>(column)] = count(grid, column, row);
  });
  if (interrupt_requested()) return fail(ErrorCode::interrupted, "interrupted while computing the reference");
  reference.iterations =
      static_cast<double>(std::accumulate(reference.counts.begin(), reference.counts.end(), std::int64_t{0}));
  return reference;
}

}  // namespace

Expected<MandelbrotReference> exact_reference(const MandelbrotGrid& grid, ThreadTeam& team) {
  return compute(grid, exact_count, team);
}

Expected<MandelbrotReference> fused_reference(const MandelbrotGrid& grid, ThreadTeam& team) {
  return compute(grid, fused_count, team);
}

}  // namespace hpct
