// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "workloads/kernels/mandelbrot/kernel.h"

namespace hpct {

/// One kernel per instruction set of this architecture, weakest first.
std::span<const MandelbrotKernel* const> all_mandelbrot_kernels();

}  // namespace hpct
