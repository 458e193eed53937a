// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/kv_cache.h"
#include "workloads/qwen/sampling.h"
#include "workloads/qwen/weights.h"

namespace hpct::qwen {

/// cos and sin of position * theta^(-2i/h) for i in 0 .. h/2 - 1: the table row of one position.
struct RopeRow {
  std::vector<float> cosines;
  std::vector<float> sines;
};

RopeRow rope_row(const Shape& shape, std::int64_t position);

/// Everything a decode step reads, and the KV cache it appends to.
struct Model {
  Shape shape;
  std::int64_t context = 0;  ///< tokens in the cache; the step works at this position
  std::int64_t token = 0;    ///< its input
  Weights weights;
  KvCache cache;
  RopeRow rope;
  Sampling sampling = {};  ///< how the step chooses its result

  /// Makes `input` at `position` what the next step works on; position must be within the cache.
  void place(std::int64_t input, std::int64_t position);

  /// Tokens that attention looks at: the context and the token itself.
  [[nodiscard]] std::int64_t positions() const { return context + 1; }
};

/// Around those weights, a cache of `context` made-up entries and an input token. Error: no memory.
Expected<Model> make_model(const Shape& shape, Weights weights, std::int64_t context, std::uint64_t seed,
                           ThreadTeam& team, Format cache_format = Format::bf16, std::int64_t page = 0);

}  // namespace hpct::qwen
