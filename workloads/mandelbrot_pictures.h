// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "workloads/kernels/mandelbrot/kernel.h"
#include "workloads/picture_file.h"

namespace hpct {

/// Side of the squares whose cost the heat map shows, in pixels.
inline constexpr int kTile = 16;

/// Black inside the set, from blue over yellow to white with the number of iterations.
Picture paint(const MandelbrotGrid& grid, const std::vector<std::int32_t>& counts);

/// What each tile of kTile x kTile pixels costs: its iterations over those of the most expensive tile, from
/// black over red and yellow to white. The unfairness that row schedules suffer from.
Picture paint_cost(const MandelbrotGrid& grid, const std::vector<std::int32_t>& counts);

}  // namespace hpct
