// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace hpct::qwen {

/// Counts are signed in kernels and unsigned in containers.
inline std::size_t size(std::int64_t count) { return static_cast<std::size_t>(count); }

/// Normally distributed; the same in each run of a test program, others in each call.
inline std::vector<float> random_floats(std::int64_t count, float scale = 1.0F) {
  static std::mt19937 generator(3);
  std::normal_distribution<float> normal(0.0F, scale);
  std::vector<float> values(size(count));
  for (auto& value : values) value = normal(generator);
  return values;
}

}  // namespace hpct::qwen
