// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "workloads/qwen/batch_product.h"
#include "workloads/qwen/bf16.h"
#include "workloads/qwen/pages.h"
#include "workloads/qwen/shape.h"

namespace hpct::qwen {

/// The largest pass that the buffers are made for.
struct PassLimits {
  std::int64_t rows = 1;
  std::int64_t scored = 1;
  std::int64_t positions = 1;  ///< of a sequence
};

/// Bytes of the buffers of such a pass.
std::int64_t pass_bytes(const Shape& shape, const PassLimits& limits, int members);

/// One vector per row of a pass, to be multiplied by matrices: exact, and rounded to bf16 or to bytes for
/// kernels that want it so. Whoever computes a part of `exact` rounds it.
struct PassActivations {
  std::int64_t size = 0;  ///< of a vector
  PageArray<float> exact;
  PageArray<Bf16> halves;
  PageArray<std::int8_t> bytes;
  PageArray<float> scales;             ///< of 32 bytes each
  PageArray<std::int32_t> minus_sums;  ///< likewise

  /// What a product with the first `tokens` vectors reads.
  [[nodiscard]] ProductInput input(std::int64_t tokens) const;

  /// `count` elements from `first` on to bf16, where the product wants that.
  void narrow(const PassKernels& kernels, std::int64_t first, std::int64_t count) const;

  /// Likewise to bytes; whole groups.
  void round(const BatchKernels& kernels, std::int64_t first, std::int64_t count) const;
};

/// What only one member of the team touches.
struct PassScratch {
  PageArray<float> scores;    ///< [group][positions]
  PageArray<float> part;      ///< [group][h + 2]: attention over one run of positions
  PageArray<std::byte> rows;  ///< short runs, copied together
  PageArray<float> expanded;  ///< rows of a matrix that no kernel reads as it is stored
};

/// All that a pass computes and looks up, made once, so that a pass allocates nothing.
struct PassBuffers {
  /// `cache_row`: bytes of a key or value in the cache. Error: no memory.
  static Expected<PassBuffers> make(const Shape& shape, std::int64_t cache_row, int members,
                                    const PassLimits& limits);

  PageArray<float> x;        ///< [T][d]: the residual stream
  PassActivations normed;    ///< [T][d]
  PageArray<float> qkv;      ///< [T][R]
  PassActivations attended;  ///< [T][H h]
  PageArray<float> gate;     ///< [T][f]
  PageArray<float> up;       ///< [T][f]
  PassActivations mlp;       ///< [T][f]
  PageArray<float> logits;   ///< [scored][V]
  PageArray<float> cosines;  ///< [positions][h / 2]
  PageArray<float> sines;
  std::vector<std::int64_t> scored;   ///< row numbers
  std::vector<std::int64_t> choices;  ///< the best token of each of them
  std::vector<PassScratch> scratch;   ///< by member
};

}  // namespace hpct::qwen
