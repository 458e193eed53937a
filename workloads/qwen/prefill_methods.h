// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <vector>

#include "workloads/qwen/batch_model.h"

namespace hpct::qwen {

/// A way to read a prompt.
struct PrefillMethod {
  Variant variant;
  PassPlan plan;
  bool one_by_one = false;  ///< a pass for each token, instead of one for all
};

/// All that this build has, for synthetic weights or for a model file. What computes something else stands
/// aside: other formats of weights, and the bf16 dot product, which rounds the activations. So does reading
/// token by token with the best kernels, which is what prefill is compared with.
std::vector<PrefillMethod> prefill_methods(bool from_file = false);

}  // namespace hpct::qwen
