// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <span>

#include "workloads/qwen/batch_pass.h"

namespace hpct::qwen {

/// What some passes did, as far as their work depends on it.
struct PassTally {
  double passes = 0;
  double scoring = 0;   ///< passes with at least one scored row
  double rows = 0;      ///< tokens
  double scored = 0;    ///< of these, with logits
  double attended = 0;  ///< sum over rows of the positions that each looks at
  double read = 0;      ///< sum over passes and sequences of the positions stored by earlier passes

  /// One pass more.
  void add(std::span<const BatchRow> rows);
};

/// The work of such passes over these matrices by these kernels, in total and by region ("pass/qkv": all
/// layers, passes and threads together), as formulas of the shape and the tally. Flops and bytes are counted
/// as for one decode step: what must cross the memory interface is, in each pass, every weight and every
/// earlier key and value once; activations, and what a pass itself appends, stay in the CPU's caches.
/// Expanding a weight to a float counts nothing. `items` tokens are the result.
DeclaredWork declared_pass_work(const Shape& shape, const MatrixSet& matrices, const BatchKernels& kernels,
                                Format cache, const PassTally& tally, double items);

}  // namespace hpct::qwen
