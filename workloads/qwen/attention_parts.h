// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/pages.h"

namespace hpct::qwen {

/// Where the members of a team leave what they found out about their positions, and how it is joined: each
/// member's part of a query head was scaled by its own largest score.
class AttentionParts {
 public:
  /// Error: no memory.
  static Expected<AttentionParts> make(std::int64_t members, std::int64_t heads, std::int64_t dim);

  /// Makes `part` write the results of `member` for the query heads from `head` on.
  void place(std::int64_t member, std::int64_t head, AttendRows& part) const;

  /// Writes the [dim] weighted mean of the values of one query head, over all members' positions.
  void merge(std::int64_t head, float* out) const;

 private:
  std::int64_t members_ = 0;
  std::int64_t heads_ = 0;
  std::int64_t dim_ = 0;
  PageArray<float> sums_;     ///< [members][H][h]: not normalised
  PageArray<float> largest_;  ///< [members][H]
  PageArray<float> weights_;  ///< [members][H]
};

/// sums = sums * scale + part * part_scale: as BatchKernels::join.
using JoinSums = void (*)(float scale, float part_scale, const float* part, std::int64_t count, float* sums);

/// Adds what attention over another run of positions gave to what `to` holds. Each was scaled by its own
/// largest score; the one with the larger keeps its scale.
void join(const AttendRows& part, const AttendRows& to, JoinSums join_sums);

}  // namespace hpct::qwen
