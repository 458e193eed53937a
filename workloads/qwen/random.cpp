// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/random.h"

#include <array>
#include <cmath>
#include <cstring>

#include "workloads/qwen/half.h"
#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {
namespace {

constexpr std::uint64_t kLows = 0x0F0F0F0F0F0F0F0FU;
constexpr std::uint64_t kOnes = 0x0101010101010101U;

/// A whole number in -m .. m has variance m (m + 1) / 3.
float step_of(std::int64_t columns, double largest) {
  return static_cast<float>(std::sqrt(3.0 / (largest * (largest + 1.0) * static_cast<double>(columns))));
}

/// What the nibbles of int4g128 differ from their zero point: two independent numbers, evenly distributed in
/// 0 .. 15 and kLowestZero .. 15 - kLowestZero. n of them have variance (n^2 - 1) / 12.
constexpr std::uint64_t kLowestZero = 5;
constexpr std::uint64_t kZeros = 16 - 2 * kLowestZero;

float step_g128(std::int64_t columns) {
  constexpr double kVariance = (16.0 * 16.0 - 1) / 12 + (static_cast<double>(kZeros * kZeros) - 1) / 12;
  return static_cast<float>(1 / std::sqrt(kVariance * static_cast<double>(columns)));
}

/// Between 0.75 and 1.25 of `step`, another one for each group: an exchanged scale must not go unnoticed.
Half group_scale(std::uint64_t key, std::int64_t group, float step) {
  return narrow_half(step * (1.0F + 0.25F * random_uniform(~key, group)));
}

/// 8 numbers in 0 .. 15, one per byte; 0 is replaced by 8, which stands for a weight of 0, so that weights
/// have no mean that would add up over columns.
std::uint64_t replace_zeros(std::uint64_t nibbles) {
  const std::uint64_t zero = ((nibbles + kLows) >> 4 & kOnes) ^ kOnes;
  return nibbles | zero << 3;
}

void fill_q8(std::uint64_t key, float step, std::int64_t group, std::byte* out) {
  const Half scale = group_scale(key, group, step);
  std::array<std::uint64_t, kGroup / 8> words{};
  for (std::size_t i = 0; i < words.size(); ++i)
    words[i] = random_word(key, static_cast<std::uint64_t>(group) * words.size() + i);
  std::array<std::int8_t, kGroup> values{};
  std::memcpy(values.data(), words.data(), sizeof values);
  for (auto& value : values) value = value == -128 ? std::int8_t{0} : value;  // no mean
  std::memcpy(out, &scale, sizeof scale);
  std::memcpy(out + 2, values.data(), sizeof values);
}

void fill_q4(std::uint64_t key, float step, std::int64_t group, std::byte* out) {
  const Half scale = group_scale(key, group, step);
  std::array<std::uint64_t, kGroup / 16> words{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto word = random_word(key, static_cast<std::uint64_t>(group) * words.size() + i);
    words[i] = replace_zeros(word & kLows) | replace_zeros(word >> 4 & kLows) << 4;
  }
  std::memcpy(out, &scale, sizeof scale);
  std::memcpy(out + 2, words.data(), sizeof words);
}

/// Zero points differ from block to block, evenly around 7.5, so that weights have no mean on the whole.
void fill_g128(std::uint64_t key, float step, std::int64_t block, std::byte* out) {
  const Half scale = group_scale(key, block, step);
  const auto index = static_cast<std::uint64_t>(block);
  const auto zero = static_cast<std::uint8_t>(kLowestZero + random_word(key ^ kLows, index) % kZeros);
  std::array<std::uint64_t, kBlockG128 / 16> words{};
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = random_word(key, index * words.size() + i);
  std::memcpy(out, &scale, sizeof scale);
  std::memcpy(out + 2, &zero, sizeof zero);
  std::memcpy(out + 3, words.data(), sizeof words);
}

struct Filling {
  void (*fill)(std::uint64_t key, float step, std::int64_t block, std::byte* out);
  float step;
};

Filling filling_of(Format format, std::int64_t columns) {
  if (format == Format::q4g128) return {fill_g128, step_g128(columns)};
  if (format == Format::q4) return {fill_q4, step_of(columns, 7)};
  return {fill_q8, step_of(columns, 127)};
}

}  // namespace

void fill_uniform(std::uint64_t key, float scale, std::int64_t first, std::int64_t count, Bf16* out) {
  std::int64_t i = 0;
  for (; i < count && ((first + i) & 3) != 0; ++i)
    out[i] = round_to_bf16(scale * random_uniform(key, first + i));
  const float step = scale * (1.0F / 32768.0F);
  for (; i + 4 <= count; i += 4) {  // one word holds four elements
    auto word = random_word(key, static_cast<std::uint64_t>(first + i) / 4);
    for (int part = 0; part < 4; ++part, word >>= 16)
      out[i + part] = round_to_bf16(step * (static_cast<float>(word & 0xFFFFU) - 32767.5F));
  }
  for (; i < count; ++i) out[i] = round_to_bf16(scale * random_uniform(key, first + i));
}

void fill_weights(Format format, std::uint64_t key, std::int64_t columns, std::int64_t first,
                  std::int64_t count, std::byte* out) {
  const auto spread = static_cast<float>(std::sqrt(3.0 / static_cast<double>(columns)));
  if (format == Format::bf16) {
    fill_uniform(key, spread, first, count, reinterpret_cast<Bf16*>(out));
    return;
  }
  if (!rounds(format)) {
    for (std::int64_t i = 0; i < count; ++i) {
      const float value = spread * random_uniform(key, first + i);
      const Half half = narrow_half(value);
      if (format == Format::f16)
        std::memcpy(out + 2 * i, &half, sizeof half);
      else
        std::memcpy(out + 4 * i, &value, sizeof value);
    }
    return;
  }
  const auto filling = filling_of(format, columns);
  const auto block = block_size(format);
  for (std::int64_t i = 0; i < count; i += block, out += bytes_of(format, block))
    filling.fill(key, filling.step, (first + i) / block, out);
}

}  // namespace hpct::qwen
