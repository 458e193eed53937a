// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>

#include <cstdint>
#include <vector>

#include "workloads/kernels/mandelbrot/kernel.h"
#include "workloads/thread_team.h"

namespace hpct {

/// What a family of variants must compute.
struct MandelbrotReference {
  std::vector<std::int32_t> counts;  ///< of each pixel, row by row
  double iterations = 0;             ///< of all pixels together
};

/// By the definition in strict single precision, kept apart from the kernels on purpose: what they are all
/// compared with. Errors: no memory, interrupted.
Expected<MandelbrotReference> exact_reference(const MandelbrotGrid& grid, ThreadTeam& team);

/// The same with the fused steps of MandelbrotKernel::render_fused.
Expected<MandelbrotReference> fused_reference(const MandelbrotGrid& grid, ThreadTeam& team);

}  // namespace hpct
