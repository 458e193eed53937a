// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "workloads/qwen/step_kernels.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// Attention of a group of query heads over positions that lie in runs apart from each other, as pages do. A
/// long run is worked on where it lies. Short ones are first copied together: the kernels take positions by
/// blocks of 64, and what each call costs beside them is more than the copy. No hardware fetches ahead from
/// one page to the next, so lines are asked for when a run is told, and read when as many more have been.
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

  struct Run {
    const std::byte* keys;
    const std::byte* values;
    std::int64_t count;
  };
  /// Short runs, to be worked on together.
  struct Batch {
    std::array<Run, kStaged> runs;
    std::size_t size = 0;
    std::int64_t positions = 0;
  };

  void attend(const Run& run);
  void attend(Batch& batch);

  StepKernels kernels_;
  Format format_;
  AttendRows all_;
  Scratch scratch_;
  std::int64_t row_bytes_;
  Batch now_;   ///< asked for earlier
  Batch next_;  ///< being asked for
  bool first_ = true;
};

}  // namespace hpct::qwen
