// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/attention_parts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hpct::qwen {

Expected<AttentionParts> AttentionParts::make(std::int64_t members, std::int64_t heads, std::int64_t dim) {
  AttentionParts parts;
  parts.members_ = members;
  parts.heads_ = heads;
  parts.dim_ = dim;
  const auto made = Allocations()
                        .add(parts.sums_, members * heads * dim)
                        .add(parts.largest_, members * heads)
                        .add(parts.weights_, members * heads)
                        .result();
  if (!made) return tl::unexpected(made.error());
  return parts;
}

void AttentionParts::place(std::int64_t member, std::int64_t head, AttendRows& part) const {
  const auto slot = member * heads_ + head;
  part.sums = sums_.data() + slot * dim_;
  part.largest = largest_.data() + slot;
  part.weights = weights_.data() + slot;
}

void AttentionParts::merge(std::int64_t head, float* out) const {
  float largest = -std::numeric_limits<float>::infinity();
  for (std::int64_t i = 0; i < members_; ++i) largest = std::max(largest, largest_.data()[i * heads_ + head]);
  float weight = 0;
  std::fill_n(out, dim_, 0.0F);
  for (std::int64_t i = 0; i < members_; ++i) {
    const auto slot = i * heads_ + head;
    const float scale = std::exp(largest_.data()[slot] - largest);
    weight += scale * weights_.data()[slot];
    const float* const sums = sums_.data() + slot * dim_;
    for (std::int64_t k = 0; k < dim_; ++k) out[k] += scale * sums[k];
  }
  for (std::int64_t k = 0; k < dim_; ++k) out[k] /= weight;
}

void join(const AttendRows& part, const AttendRows& to, JoinSums join_sums) {
  for (std::int64_t g = 0; g < to.group; ++g) {
    const float largest = std::max(to.largest[g], part.largest[g]);
    const float scale = std::exp(to.largest[g] - largest);
    const float part_scale = std::exp(part.largest[g] - largest);
    join_sums(scale, part_scale, part.sums + g * to.dim, to.dim, to.sums + g * to.dim);
    to.weights[g] = to.weights[g] * scale + part.weights[g] * part_scale;
    to.largest[g] = largest;
  }
}

}  // namespace hpct::qwen
