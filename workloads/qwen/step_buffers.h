// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "workloads/qwen/attention_parts.h"
#include "workloads/qwen/model.h"
#include "workloads/qwen/rounding_trace.h"
#include "workloads/qwen/share.h"

namespace hpct::qwen {

/// A vector that is made anew several times in a step, and each time rounded to 8 bits where some matrix
/// needs that. The rounded ones are all kept, one slot each, for the reference.
struct StepActivations {
  std::int64_t size = 0;
  PageArray<float> exact;         ///< [size]
  PageArray<std::int8_t> values;  ///< [slots][size]
  PageArray<float> scales;        ///< [slots][size / 32]
};

/// What only one member of the team touches, on pages of its own.
struct StepScratch {
  StepActivations normed;  ///< [d]
  PageArray<float> gate;   ///< its rows of the MLP
  PageArray<float> up;
  PageArray<float> scores;    ///< [group][its positions]
  PageArray<float> run;       ///< [group][h + 2]: attention over one run of positions
  PageArray<std::byte> rows;  ///< short runs, copied together
  float best = 0;             ///< largest logit of its rows
  std::int64_t token = 0;
};

/// All that a step computes, made once, so that a step allocates nothing.
struct StepBuffers {
  /// `members` of a team. Error: no memory.
  static Expected<StepBuffers> make(const Model& model, int members);

  PageArray<float> x;    ///< [d]: the residual stream
  PageArray<float> qkv;  ///< [R]
  AttentionParts parts;
  PageArray<float> logits;           ///< [V]
  StepActivations attended;          ///< [H][h]
  StepActivations mlp;               ///< [f]
  std::vector<StepScratch> scratch;  ///< by member
  bool rounds = false;               ///< some matrix needs its vector rounded
};

/// A member's rows of the MLP: whole groups, because whoever computes a group rounds it.
Share mlp_share(const Shape& shape, int member, int members);

}  // namespace hpct::qwen
