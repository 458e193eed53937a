// SPDX-License-Identifier: Apache-2.0
#include "workloads/mandelbrot_pictures.h"

#include <algorithm>
#include <cmath>

namespace hpct {
namespace {

std::uint8_t level(double share) {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(share, 0.0, 1.0)));
}

/// Iterations per tile, tiles in rows.
std::vector<double> tile_costs(const MandelbrotGrid& grid, const std::vector<std::int32_t>& counts,
                               int columns, int rows) {
  std::vector<double> costs(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
  for (int row = 0; row < grid.height; ++row)
    for (int column = 0; column < grid.width; ++column)
      costs[static_cast<std::size_t>(row / kTile * columns + column / kTile)] +=
          counts[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.width) +
                 static_cast<std::size_t>(column)];
  return costs;
}

}  // namespace

Picture paint(const MandelbrotGrid& grid, const std::vector<std::int32_t>& counts) {
  Picture picture{grid.width, grid.height, {}};
  picture.rgb.reserve(counts.size() * 3);
  for (const auto count : counts) {
    const double glow = count == grid.iterations ? 0 : std::sqrt(double(count + 1) / grid.iterations);
    for (const double exponent : {1.5, 1.0, 0.5}) picture.rgb.push_back(level(std::pow(glow, 2 * exponent)));
  }
  return picture;
}

Picture paint_cost(const MandelbrotGrid& grid, const std::vector<std::int32_t>& counts) {
  const int columns = (grid.width + kTile - 1) / kTile;
  const int rows = (grid.height + kTile - 1) / kTile;
  const auto costs = tile_costs(grid, counts, columns, rows);
  const double most = std::max(1.0, *std::max_element(costs.begin(), costs.end()));
  Picture picture{grid.width, grid.height, {}};
  picture.rgb.reserve(counts.size() * 3);
  for (int row = 0; row < grid.height; ++row)
    for (int column = 0; column < grid.width; ++column) {
      const double heat = 3 * costs[static_cast<std::size_t>(row / kTile * columns + column / kTile)] / most;
      for (const double begin : {0.0, 1.0, 2.0}) picture.rgb.push_back(level(heat - begin));
    }
  return picture;
}

}  // namespace hpct
