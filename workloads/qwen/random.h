// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// A random number that is a pure function of its place, so that any thread can make any part
/// and the result depends on the seed only. The finaliser of SplitMix64 (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", 2014) over an odd-stride sequence.
inline std::uint64_t random_word(std::uint64_t key, std::uint64_t index) {
  std::uint64_t z = key + (index + 1) * 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

/// The key of one tensor: streams of one seed do not overlap in practice.
inline std::uint64_t stream_key(std::uint64_t seed, std::uint64_t stream) {
  return random_word(random_word(0, seed), stream);
}

/// Element `index` of a stream: one of 65536 equidistant values in (-1, 1), mean 0.
inline float random_uniform(std::uint64_t key, std::int64_t index) {
  const auto word = random_word(key, static_cast<std::uint64_t>(index) / 4);
  const auto part = static_cast<std::uint16_t>(word >> (16 * (index & 3)));
  return (static_cast<float>(part) - 32767.5F) * (1.0F / 32768.0F);
}

/// Elements first .. first + count of a stream, scaled and rounded to bf16.
void fill_uniform(std::uint64_t key, float scale, std::int64_t first, std::int64_t count, Bf16* out);

/// Weights first .. first + count of a matrix with rows of `columns`, variance 1 / columns, in any format.
/// first and count are whole numbers of blocks.
void fill_weights(Format format, std::uint64_t key, std::int64_t columns, std::int64_t first,
                  std::int64_t count, std::byte* out);

}  // namespace hpct::qwen
