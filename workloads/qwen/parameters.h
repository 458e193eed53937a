// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <cstdint>
#include <string>

namespace hpct::qwen {

// Parameters that several workloads have, so that they are named and limited alike.

inline Parameter seed_parameter(std::string summary) {
  return {"seed", std::int64_t{1}, std::move(summary), 0, 9007199254740992.0, {}};  // 2^53: exact in JSON
}

inline Parameter kv_parameter() {
  return {.name = "kv",
          .default_value = "bf16",
          .summary = "format of the KV cache; int8 has a scale per 32",
          .low = {},
          .high = {},
          .choices = {"bf16", "f16", "int8"}};
}

inline Parameter layers_parameter() {
  return {"layers", std::int64_t{0}, "0 for all; a smaller number for a quick look", 0, 28, {}};
}

}  // namespace hpct::qwen
