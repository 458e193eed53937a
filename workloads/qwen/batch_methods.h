// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/isa.h>

#include "workloads/qwen/batch_kernels.h"
#include "workloads/qwen/kernels.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// What a pass over several tokens is made of.
struct PassKernels {
  const Kernels* plain = nullptr;
  const BatchKernels* batch = nullptr;
  const KvKernels* cache = nullptr;  ///< for a KV cache that is not bf16
  [[nodiscard]] bool built() const { return plain != nullptr && batch != nullptr && cache != nullptr; }
};

/// Of one instruction set; not built() where this build has none for it.
PassKernels pass_kernels(Isa isa);

/// Scalar kernels, and the product as one would write it first: for each token, for each row, one sum.
PassKernels naive_pass_kernels();

/// Whether these kernels multiply weights of that format by vectors rounded to bytes.
bool takes_bytes(const BatchKernels& kernels, Format format);

/// The fastest that this CPU runs and that does not round the activations more than the format asks for;
/// `bytes`: weights or cache are int8 or int4, where a dot product of bytes helps.
Isa best_pass_isa(bool bytes = false);

}  // namespace hpct::qwen
