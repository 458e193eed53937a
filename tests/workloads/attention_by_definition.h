// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace hpct::qwen {

/// Attention of one query head of `dim` floats over all rows of `keys` and `values` ([positions][dim]), in
/// double: softmax(query * keys / sqrt(dim)) * values.
inline std::vector<double> attention_by_definition(const float* query, std::size_t dim,
                                                   const std::vector<float>& keys,
                                                   const std::vector<float>& values) {
  std::vector<double> scores;
  for (std::size_t row = 0; row < keys.size(); row += dim) {
    double score = 0;
    for (std::size_t i = 0; i < dim; ++i)
      score += static_cast<double>(query[i]) * static_cast<double>(keys[row + i]);
    scores.push_back(score / std::sqrt(static_cast<double>(dim)));
  }
  const double top = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  std::vector<double> mean(dim);
  for (std::size_t p = 0; p < scores.size(); ++p) {
    const double weight = std::exp(scores[p] - top);
    total += weight;
    for (std::size_t i = 0; i < dim; ++i) mean[i] += weight * static_cast<double>(values[p * dim + i]);
  }
  for (auto& value : mean) value /= total;
  return mean;
}

}  // namespace hpct::qwen
