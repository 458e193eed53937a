// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/decode_workload.h"

namespace hpct::qwen {

/// All the features of the published shapes at a size that takes milliseconds: a group of 2 query
/// heads, row counts that are no multiple of the vector kernels' blocks, an untied head on request.
inline Shape tiny_shape(bool tied = true) {
  return {.name = "tiny",
          .hidden = 64,
          .layers = 2,
          .heads = 4,
          .kv_heads = 2,
          .head_dim = 32,
          .intermediate = 96,
          .vocabulary = 331,
          .tied = tied};
}

/// The same with rows that are whole blocks of every weight format.
inline Shape tiny_shape_of_blocks(bool tied = true) {
  auto shape = tiny_shape(tied);
  shape.hidden = 256;
  shape.intermediate = 384;
  return shape;
}

/// Plenty of memory, so that a test does not depend on the machine's.
inline MemoryRoom plenty() { return {.total = std::uint64_t{1} << 50, .available = std::uint64_t{1} << 50}; }

inline DecodeOptions tiny_options(std::int64_t context, int threads = 1) {
  return {.shape = tiny_shape(), .context = context, .seed = 7, .threads = threads, .room = plenty()};
}

}  // namespace hpct::qwen
