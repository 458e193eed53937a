// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <optional>

#include "workloads/qwen/step_kernels.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// A variant of the decode workload and what it is made of.
struct Method {
  Variant variant;
  std::optional<Format> format;  ///< of synthetic weights; none: whatever the model file has
  StepKernels kernels{};         ///< null for the naive step
  bool paged = false;            ///< its KV cache is in pages
  [[nodiscard]] bool naive() const { return kernels.plain == nullptr; }
};

/// All that this build has, for synthetic weights or for a model file. The bf16 ladder first; other formats
/// stand aside, because they compute with other weights: faster, but not the same result faster.
std::vector<Method> decode_methods(bool from_file);

/// The same with a twin "NAME-paged" of each but the naive one, whose KV cache is in pages.
std::vector<Method> with_paged_twins(std::vector<Method> methods);

/// The rungs of a kernel that is not about weights: naive and scalar with one thread, threads, avx2, avx512
/// with all; then the one that goes `beyond` with instructions of its own.
std::vector<Method> plain_methods(std::optional<Isa> beyond = std::nullopt);

}  // namespace hpct::qwen
