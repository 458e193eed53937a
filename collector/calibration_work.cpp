// SPDX-License-Identifier: Apache-2.0
#include "collector/calibration_work.h"

#include <array>
#include <cstddef>

namespace hpct {
namespace {

constexpr std::int64_t kIterations = 20'000;
constexpr int kOperations = 2'000;
constexpr std::size_t kLineBytes = 64;
constexpr std::size_t kLines = 1024;

/// Keeps the compiler from knowing, folding or vectorizing what passes through.
template <class T>
void hide(T& value) noexcept {
  asm volatile("" : "+m"(value) : : "memory");
}

template <class Number>
void arithmetic() noexcept {
  Number sum = 1;
  Number factor = static_cast<Number>(0.5);
  for (int i = 0; i < kOperations; ++i) {
    hide(sum);
    hide(factor);
    sum = sum * factor + factor;
  }
  hide(sum);
}

/// Branches on the bits of a generator (Numerical Recipes' constants): half of them are mispredicted.
void unpredictable_branches() noexcept {
  std::uint64_t state = 1;
  for (int i = 0; i < kOperations; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    if ((state >> 62 & 1) != 0) asm volatile("" ::: "memory");
    if ((state >> 61 & 1) != 0) asm volatile("nop" ::: "memory");
  }
}

void flush_line([[maybe_unused]] const void* address) noexcept {
#if defined(__x86_64__)
  __builtin_ia32_clflush(address);
#elif defined(__aarch64__)
  asm volatile("dc civac, %0" : : "r"(address) : "memory");
#endif
}

void flush_fence() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_mfence();
#elif defined(__aarch64__)
  asm volatile("dsb ish" ::: "memory");
#endif
}

/// In an order that no prefetcher follows.
void cold_loads() noexcept {
  alignas(kLineBytes) static std::array<unsigned char, kLineBytes * kLines> lines{};
  for (std::size_t i = 0; i < kLines; ++i) lines[i * kLineBytes] = 1;
  for (std::size_t i = 0; i < kLines; ++i) flush_line(&lines[i * kLineBytes]);
  flush_fence();
  unsigned sum = 0;
  for (std::size_t i = 0; i < kLines; ++i) sum += lines[(i * 421 % kLines) * kLineBytes];
  hide(sum);
}

}  // namespace

void counted_loop(std::int64_t iterations) noexcept {
#if defined(__x86_64__)
  asm volatile("1: sub $1, %0\n\tjnz 1b" : "+r"(iterations) : : "cc");
#elif defined(__aarch64__)
  asm volatile("1: subs %0, %0, #1\n\tb.ne 1b" : "+r"(iterations) : : "cc");
#else
  for (; iterations > 0; --iterations) hide(iterations);
#endif
}

CalibrationCounts calibration_work() noexcept {
  counted_loop(kIterations);
  arithmetic<double>();
  arithmetic<float>();
  unpredictable_branches();
  cold_loads();
  return {.instructions = 2 * kIterations, .branches = kIterations};
}

}  // namespace hpct
