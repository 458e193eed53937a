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

/// For rows begin..end-1: counts[row * width + column] = z -> z^2 + c steps from z = c made before
/// |z|^2 > 4 was seen, at most `iterations`.
using MandelbrotRender = void (*)(const MandelbrotGrid& grid, int begin, int end, std::int32_t* counts);

/// How one instruction set counts; null where it has no such way. Plain data, so that files compiled for a
/// newer CPU share no inline code with the rest of the program.
struct MandelbrotKernel {
  const char* isa;  ///< name_of(Isa)
  int band;         ///< rows per call that keep it busy; fewer are correct but slower
  /// Bit-equal for every instruction set: IEEE single precision, no fused operations.
  MandelbrotRender render;
  /// The same with one vector at a time whose lanes are masked until the last has escaped.
  MandelbrotRender render_masked;
  /// As `render` with fused multiply-adds: another rounding, so other counts near the edge of the set.
  /// One step is im' = fma(2 re, im, c_im), re' = fma(re, re, fma(-im, im, c_re)), |z|^2 = fma(re, re, im *
  /// im).
  MandelbrotRender render_fused;
};

}  // namespace hpct
