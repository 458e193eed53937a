// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// The piece of the complex plane and the pixels it is cut into. Pixel (column, row) is the point
/// (left + column * step_x, bottom + row * step_y), computed in single precision in this order.
struct MandelbrotGrid {
  float left = 0;
  float bottom = 0;
  float step_x = 0;
  float step_y = 0;
  int width = 0;
  int height = 0;
  int iterations = 0;  ///< limit per pixel
};

/// How one instruction set counts. Plain data, so that files compiled for a newer CPU share no
/// inline code with the rest of the program.
struct MandelbrotKernel {
  const char* isa;  ///< name_of(Isa)
  int band;         ///< rows per call that keep it busy; fewer are correct but slower
  /// For rows begin..end-1: counts[row * width + column] = z -> z^2 + c steps from z = c made
  /// before |z|^2 > 4 was seen, at most `iterations`. Bit-equal for every instruction set: IEEE
  /// single precision, no fused operations.
  void (*render)(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts);
};

}  // namespace hpct
