// SPDX-License-Identifier: Apache-2.0
// Known kernels of arm64.
#include <array>
#include <cstddef>

#include "collector/calibration_work.h"
#include "collector/known_kernels.h"

// One loop of two instructions and its body, after `before` and before `after`; the labels are numbers, so a
// copy that the compiler makes is no second definition.
#define HPCT_KNOWN_LOOP(before, body, after, ...) \
  asm volatile(before "1:\n" body "subs %0, %0, #1\n b.ne 1b\n" after : "+r"(rounds) : : "cc", __VA_ARGS__)
#define HPCT_TIMES_8(instruction) \
  instruction instruction instruction instruction instruction instruction instruction instruction

namespace hpct {
namespace {

constexpr std::int64_t kRounds = 50'000;

bool always() { return true; }

void eight_nops(std::int64_t rounds) noexcept { HPCT_KNOWN_LOOP("", HPCT_TIMES_8("nop\n"), "", "memory"); }

/// Sixteen additions, each of which needs the one before: one cycle each on every core with a map. Not of a
/// constant: recent cores add those without executing them.
void addition_chain(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP("", HPCT_TIMES_8("add x9, x9, x10\n add x9, x9, x10\n"), "", "x9");
}

/// One branch that is never taken, and the loop's own.
void two_branches(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP("", "cbz %0, 2f\n nop\n2:\n", "", "memory");
}

/// One branch per round on a bit that nobody can guess (xorshift64: Marsaglia 2003), and the loop's.
void random_branches(std::int64_t rounds) noexcept {
  std::uint64_t state = 88172645463325252U;
  for (; rounds > 0; --rounds) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    asm volatile("tbz %0, #32, 2f\n nop\n2:\n" : : "r"(state));
  }
}

void dp_scalar(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "movi v0.2d, #0\n movi v1.2d, #0\n movi v2.2d, #0\n movi v3.2d, #0\n movi v4.2d, #0\n movi v5.2d, #0\n "
      "movi v6.2d, #0\n movi v7.2d, #0\n",
      "fadd d0, d0, d0\n fadd d1, d1, d1\n fadd d2, d2, d2\n fadd d3, d3, d3\n fadd d4, d4, d4\n fadd d5, "
      "d5, d5\n fadd d6, d6, d6\n fadd d7, d7, d7\n",
      "", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
}

void dp_vector(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "movi v0.2d, #0\n movi v1.2d, #0\n movi v2.2d, #0\n movi v3.2d, #0\n movi v4.2d, #0\n movi v5.2d, #0\n "
      "movi v6.2d, #0\n movi v7.2d, #0\n",
      "fadd v0.2d, v0.2d, v0.2d\n fadd v1.2d, v1.2d, v1.2d\n fadd v2.2d, v2.2d, v2.2d\n fadd v3.2d, v3.2d, "
      "v3.2d\n fadd v4.2d, v4.2d, v4.2d\n fadd v5.2d, v5.2d, v5.2d\n fadd v6.2d, v6.2d, v6.2d\n fadd v7.2d, "
      "v7.2d, v7.2d\n",
      "", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
}

void dp_fma(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "movi v0.2d, #0\n movi v1.2d, #0\n movi v2.2d, #0\n movi v3.2d, #0\n movi v4.2d, #0\n movi v5.2d, #0\n "
      "movi v6.2d, #0\n movi v7.2d, #0\n",
      "fmla v0.2d, v0.2d, v0.2d\n fmla v1.2d, v1.2d, v1.2d\n fmla v2.2d, v2.2d, v2.2d\n fmla v3.2d, v3.2d, "
      "v3.2d\n fmla v4.2d, v4.2d, v4.2d\n fmla v5.2d, v5.2d, v5.2d\n fmla v6.2d, v6.2d, v6.2d\n fmla v7.2d, "
      "v7.2d, v7.2d\n",
      "", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
}

void sp_scalar(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "movi v0.2d, #0\n movi v1.2d, #0\n movi v2.2d, #0\n movi v3.2d, #0\n movi v4.2d, #0\n movi v5.2d, #0\n "
      "movi v6.2d, #0\n movi v7.2d, #0\n",
      "fadd s0, s0, s0\n fadd s1, s1, s1\n fadd s2, s2, s2\n fadd s3, s3, s3\n fadd s4, s4, s4\n fadd s5, "
      "s5, s5\n fadd s6, s6, s6\n fadd s7, s7, s7\n",
      "", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
}

void sp_vector(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "movi v0.2d, #0\n movi v1.2d, #0\n movi v2.2d, #0\n movi v3.2d, #0\n movi v4.2d, #0\n movi v5.2d, #0\n "
      "movi v6.2d, #0\n movi v7.2d, #0\n",
      "fadd v0.4s, v0.4s, v0.4s\n fadd v1.4s, v1.4s, v1.4s\n fadd v2.4s, v2.4s, v2.4s\n fadd v3.4s, v3.4s, "
      "v3.4s\n fadd v4.4s, v4.4s, v4.4s\n fadd v5.4s, v5.4s, v5.4s\n fadd v6.4s, v6.4s, v6.4s\n fadd v7.4s, "
      "v7.4s, v7.4s\n",
      "", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
}

void sp_fma(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "movi v0.2d, #0\n movi v1.2d, #0\n movi v2.2d, #0\n movi v3.2d, #0\n movi v4.2d, #0\n movi v5.2d, #0\n "
      "movi v6.2d, #0\n movi v7.2d, #0\n",
      "fmla v0.4s, v0.4s, v0.4s\n fmla v1.4s, v1.4s, v1.4s\n fmla v2.4s, v2.4s, v2.4s\n fmla v3.4s, v3.4s, "
      "v3.4s\n fmla v4.4s, v4.4s, v4.4s\n fmla v5.4s, v5.4s, v5.4s\n fmla v6.4s, v6.4s, v6.4s\n fmla v7.4s, "
      "v7.4s, v7.4s\n",
      "", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7");
}

constexpr auto kKernels = std::to_array<KnownKernel>({
    {"instructions", "loop of two", 2, kExactEvent, 20 * kRounds, always, counted_loop},
    {"instructions", "loop of ten", 10, kExactEvent, kRounds, always, eight_nops},
    {"branches", "one per round", 1, kExactEvent, 20 * kRounds, always, counted_loop},
    {"branches", "one taken, one not", 2, kExactEvent, 4 * kRounds, always, two_branches},
    {"branch.misses", "random bits", 0.5, kNearlyKnown, kRounds, always, random_branches},
    {"cycles", "chain of additions", 16, kNearlyKnown, kRounds, always, addition_chain},
    {"flops.dp", "scalar add", 8, kExactEvent, kRounds, always, dp_scalar},
    {"flops.dp", "128 bit add", 16, kExactEvent, kRounds, always, dp_vector},
    {"flops.dp", "128 bit multiply-add", 32, kExactEvent, kRounds, always, dp_fma},
    {"flops.sp", "scalar add", 8, kExactEvent, kRounds, always, sp_scalar},
    {"flops.sp", "128 bit add", 32, kExactEvent, kRounds, always, sp_vector},
    {"flops.sp", "128 bit multiply-add", 64, kExactEvent, kRounds, always, sp_fma},
});

}  // namespace

std::span<const KnownKernel> known_kernels() { return kKernels; }

}  // namespace hpct
