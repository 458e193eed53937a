// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/isa.h>

#include "workloads/qwen/batch_kernels.h"
#include "workloads/qwen/kernels.h"

namespace hpct::qwen {

/// What a pass over several tokens is made of.
struct PassKernels {
  const Kernels* plain = nullptr;
  const BatchKernels* batch = nullptr;
  [[nodiscard]] bool built() const { return plain != nullptr && batch != nullptr; }
};

/// Of one instruction set; not built() where this build has none for it.
PassKernels pass_kernels(Isa isa);

/// Scalar kernels, and the product as one would write it first: for each token, for each row, one sum.
PassKernels naive_pass_kernels();

/// The fastest that this CPU runs and that does not round the activations.
Isa best_pass_isa();

}  // namespace hpct::qwen
