// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "workloads/qwen/team_step.h"

namespace hpct::qwen {

/// Attention of a group of query heads over positions that lie in runs apart from each other, as pages do. A
/// long run is worked on where it lies. Short ones are first copied together: the kernels take positions by
/// blocks of 64, and what each call costs beside them is more than the copy.
class RunAttention {
 public:
  /// What one member brings: each call begins anew.
  struct Scratch {
    float* scores;    ///< [group][positions]
    float* part;      ///< [group][h + 2]
    std::byte* rows;  ///< staged_bytes()
  };
  static std::int64_t staged_bytes(std::int64_t row_bytes) { return 2 * kStaged * row_bytes; }

  /// `all` says for what queries, over how many positions in total, and where the result goes.
  RunAttention(const StepKernels& kernels, Format format, const AttendRows& all, const Scratch& scratch);

  /// A run: `count` keys and as many values, one after the other.
  void add(const std::byte* keys, const std::byte* values, std::int64_t count);

  /// After the last.
  void finish();

 private:
  static constexpr std::int64_t kStaged = 128;  ///< positions: 32 KB of keys and values in bf16, h = 64
  static constexpr std::int64_t kLong = 64;

  void attend(const std::byte* keys, const std::byte* values, std::int64_t count);
  void flush();

  StepKernels kernels_;
  Format format_;
  AttendRows all_;
  Scratch scratch_;
  std::int64_t row_bytes_;
  std::int64_t staged_ = 0;
  bool first_ = true;
};

}  // namespace hpct::qwen
