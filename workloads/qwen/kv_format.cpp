// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/kv_format.h"

#include <array>
#include <cmath>
#include <cstring>

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/half.h"
#include "workloads/qwen/random.h"

namespace hpct::qwen {
namespace {

constexpr float kUnitVariance = 1.7320508F;  ///< sqrt(3): a uniform value in (-s, s) has variance s^2 / 3

/// The scale is rounded first, so that the bytes are those nearest with the scale that is stored.
void store_q8(const float* from, std::byte* to) {
  float largest = 0;
  for (std::int64_t i = 0; i < kGroup; ++i) {
    const float magnitude = std::abs(from[i]);
    largest = magnitude > largest || std::isnan(magnitude) ? magnitude : largest;
  }
  const Half bits = narrow_half(largest / 127.0F);
  const float scale = widen_half(bits);
  std::memcpy(to, &bits, sizeof bits);
  for (std::int64_t i = 0; i < kGroup; ++i) {
    const float steps = scale > 0 ? std::nearbyint(from[i] / scale) : 0.0F;
    const auto value = static_cast<std::int8_t>(steps > 127.0F ? 127.0F : steps < -127.0F ? -127.0F : steps);
    std::memcpy(to + 2 + i, &value, sizeof value);
  }
}

void attend_bf16(const Kernels& kernels, const AttendRows& part, float* scores) {
  kernels.attend({.queries = part.queries,
                  .keys = static_cast<const Bf16*>(part.keys),
                  .values = static_cast<const Bf16*>(part.values),
                  .group = part.group,
                  .dim = part.dim,
                  .count = part.count,
                  .scores = scores,
                  .sums = part.sums,
                  .largest = part.largest,
                  .weights = part.weights});
}

}  // namespace

Format kv_format_named(std::string_view name) {
  if (name == name_of(Format::f16)) return Format::f16;
  return name == name_of(Format::q8) ? Format::q8 : Format::bf16;
}

void store(Format format, const float* from, std::int64_t count, std::byte* to) {
  if (format == Format::q8) {
    for (std::int64_t i = 0; i < count; i += kGroup, to += kBytesQ8) store_q8(from + i, to);
    return;
  }
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint16_t bits = format == Format::f16 ? narrow_half(from[i]) : round_to_bf16(from[i]);
    std::memcpy(to + 2 * i, &bits, sizeof bits);
  }
}

void store_made_up(Format format, std::uint64_t key, std::int64_t first, std::int64_t count, std::byte* to) {
  if (format == Format::bf16)
    return fill_uniform(key, kUnitVariance, first, count, reinterpret_cast<Bf16*>(to));
  std::array<float, kGroup> group{};
  for (std::int64_t i = 0; i < count; i += kGroup, to += bytes_of(format, kGroup)) {
    for (std::int64_t k = 0; k < kGroup; ++k)
      group[static_cast<std::size_t>(k)] = kUnitVariance * random_uniform(key, first + i + k);
    store(format, group.data(), kGroup, to);
  }
}

void attend(const StepKernels& kernels, Format format, const AttendRows& part, float* scores) {
  if (format == Format::bf16) return attend_bf16(*kernels.plain, part, scores);
  (format == Format::f16 ? kernels.cache->attend_f16 : kernels.cache->attend_q8)(part);
}

}  // namespace hpct::qwen
