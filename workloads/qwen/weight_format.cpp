// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/weight_format.h"

#include <array>
#include <cstring>

#include "workloads/qwen/bf16.h"
#include "workloads/qwen/half.h"
#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {
namespace {

struct Layout {
  std::string_view name;
  std::int64_t block;
  std::int64_t bytes;  ///< of a block
};

constexpr std::array<Layout, 5> kLayouts{
    {{"f32", 1, 4}, {"f16", 1, 2}, {"bf16", 1, 2}, {"int8", kGroup, kBytesQ8}, {"int4", kGroup, kBytesQ4}}};

const Layout& layout_of(Format format) { return kLayouts.at(static_cast<std::size_t>(format)); }

template <class T>
T read(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void expand_q8(const std::byte* block, float* to) {
  const float scale = widen_half(read<Half>(block));
  for (std::int64_t i = 0; i < kGroup; ++i)
    to[i] = scale * static_cast<float>(read<std::int8_t>(block + 2 + i));
}

void expand_q4(const std::byte* block, float* to) {
  const float scale = widen_half(read<Half>(block));
  for (std::int64_t i = 0; i < kGroup / 2; ++i) {
    const auto both = read<std::uint8_t>(block + 2 + i);
    to[i] = scale * static_cast<float>((both & 15) - 8);
    to[i + kGroup / 2] = scale * static_cast<float>((both >> 4) - 8);
  }
}

}  // namespace

std::string_view name_of(Format format) { return layout_of(format).name; }

std::int64_t block_size(Format format) { return layout_of(format).block; }

std::int64_t bytes_of(Format format, std::int64_t count) {
  return count / layout_of(format).block * layout_of(format).bytes;
}

double bytes_per_weight(Format format) {
  return static_cast<double>(layout_of(format).bytes) / static_cast<double>(layout_of(format).block);
}

void expand(Format format, const std::byte* from, std::int64_t count, float* to) {
  switch (format) {
    case Format::f32:
      if (count != 0) std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
      return;
    case Format::f16:
      for (std::int64_t i = 0; i < count; ++i) to[i] = widen_half(read<Half>(from + 2 * i));
      return;
    case Format::bf16:
      for (std::int64_t i = 0; i < count; ++i) to[i] = expand(read<Bf16>(from + 2 * i));
      return;
    case Format::q8:
      for (std::int64_t i = 0; i < count; i += kGroup) expand_q8(from + i / kGroup * kBytesQ8, to + i);
      return;
    case Format::q4:
      for (std::int64_t i = 0; i < count; i += kGroup) expand_q4(from + i / kGroup * kBytesQ4, to + i);
      return;
  }
}

}  // namespace hpct::qwen
