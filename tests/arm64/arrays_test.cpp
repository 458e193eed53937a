// SPDX-License-Identifier: Apache-2.0
// NEON against scalar: the same bits and as many useful lane steps, at every length of the last vector.
#include <bit>
#include <cstdio>
#include <vector>

#include "workloads/kernels/arrays/kernel.h"

namespace hpct::array_kernels {
extern const ArrayKernels scalar;
extern const ArrayKernels neon;
}  // namespace hpct::array_kernels

namespace {

constexpr int kLongest = 70;

/// 64-byte aligned, as the kernels ask for.
struct alignas(64) Arrays {
  float x[kLongest];
  float y[kLongest];
  std::int32_t exponents[kLongest];
  float out[kLongest];
};

Arrays inputs() {
  Arrays arrays{};
  std::uint32_t state = 1;
  for (int i = 0; i < kLongest; ++i) {
    state = state * 1664525U + 1013904223U;
    arrays.x[i] = 0.001F + static_cast<float>(state >> 8) * (2.998F / (1 << 24));
    arrays.y[i] = arrays.x[i] - 1.5F;
    arrays.exponents[i] = static_cast<std::int32_t>(state >> 28);
    arrays.out[i] = -1;
  }
  return arrays;
}

hpct::LaneUse run(hpct::ArrayKernel kernel, Arrays& arrays, int count) {
  return kernel({.x = arrays.x,
                 .y = arrays.y,
                 .exponents = arrays.exponents,
                 .scale = 2,
                 .out = arrays.out,
                 .count = count});
}

/// Elements behind the end must stay as they were, so all are compared.
bool same(const char* name, hpct::ArrayKernel neon, hpct::ArrayKernel scalar, int count) {
  auto expected = inputs();
  auto got = inputs();
  const bool steps = run(scalar, expected, count).useful == run(neon, got, count).useful;
  bool bits = true;
  for (int i = 0; i < kLongest; ++i)
    bits = bits && std::bit_cast<std::uint32_t>(got.out[i]) == std::bit_cast<std::uint32_t>(expected.out[i]);
  if (!bits || !steps)
    std::printf("%s of %d elements: other %s\n", name, count, bits ? "lane steps" : "bits");
  return bits && steps;
}

}  // namespace

int main() {
  using namespace hpct::array_kernels;
  bool good = true;
  for (int count = 0; count <= kLongest; ++count) {
    good = same("saxpy", neon.saxpy, scalar.saxpy, count) && good;
    good = same("sqrt", neon.newton_sqrt, scalar.newton_sqrt, count) && good;
    good = same("vector-exp", neon.power, scalar.power, count) && good;
  }
  return good ? 0 : 1;
}
