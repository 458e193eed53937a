// SPDX-License-Identifier: Apache-2.0
// Known kernels of x86-64.
#include <array>
#include <cstddef>
#include <vector>

#include <cpuid.h>
#include <emmintrin.h>

#include "collector/calibration_work.h"
#include "collector/known_kernels.h"

// One loop of two instructions and its body, after `before` and before `after`; the labels are numbers, so a
// copy that the compiler makes is no second definition.
#define HPCT_KNOWN_LOOP(before, body, after, ...) \
  asm volatile(before "1:\n" body "sub $1, %0\n jnz 1b\n" after : "+r"(rounds) : : "cc", __VA_ARGS__)
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
  HPCT_KNOWN_LOOP("", HPCT_TIMES_8("add %%rcx, %%rax\n add %%rcx, %%rax\n"), "", "rax");
}

/// One branch that is never taken, and the loop's own.
void two_branches(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP("", "test %0, %0\n jz 2f\n nop\n2:\n", "", "memory");
}

/// One branch per round on a bit that nobody can guess (xorshift64: Marsaglia 2003), and the loop's.
void random_branches(std::int64_t rounds) noexcept {
  std::uint64_t state = 88172645463325252U;
  for (; rounds > 0; --rounds) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    asm volatile("test $1, %b0\n jz 2f\n nop\n2:\n" : : "q"(state >> 32) : "cc");
  }
}

void dp_scalar(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "pxor %%xmm0, %%xmm0\n pxor %%xmm1, %%xmm1\n pxor %%xmm2, %%xmm2\n pxor %%xmm3, %%xmm3\n pxor %%xmm4, "
      "%%xmm4\n pxor %%xmm5, %%xmm5\n pxor %%xmm6, %%xmm6\n pxor %%xmm7, %%xmm7\n",
      "addsd %%xmm0, %%xmm0\n addsd %%xmm1, %%xmm1\n addsd %%xmm2, %%xmm2\n addsd %%xmm3, %%xmm3\n addsd "
      "%%xmm4, %%xmm4\n addsd %%xmm5, %%xmm5\n addsd %%xmm6, %%xmm6\n addsd %%xmm7, %%xmm7\n",
      "", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void dp_sse(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "pxor %%xmm0, %%xmm0\n pxor %%xmm1, %%xmm1\n pxor %%xmm2, %%xmm2\n pxor %%xmm3, %%xmm3\n pxor %%xmm4, "
      "%%xmm4\n pxor %%xmm5, %%xmm5\n pxor %%xmm6, %%xmm6\n pxor %%xmm7, %%xmm7\n",
      "mulpd %%xmm0, %%xmm0\n mulpd %%xmm1, %%xmm1\n mulpd %%xmm2, %%xmm2\n mulpd %%xmm3, %%xmm3\n mulpd "
      "%%xmm4, %%xmm4\n mulpd %%xmm5, %%xmm5\n mulpd %%xmm6, %%xmm6\n mulpd %%xmm7, %%xmm7\n",
      "", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void dp_avx(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vaddpd %%ymm0, %%ymm0, %%ymm0\n vaddpd %%ymm1, %%ymm1, %%ymm1\n vaddpd %%ymm2, %%ymm2, %%ymm2\n "
      "vaddpd %%ymm3, %%ymm3, %%ymm3\n vaddpd %%ymm4, %%ymm4, %%ymm4\n vaddpd %%ymm5, %%ymm5, %%ymm5\n "
      "vaddpd %%ymm6, %%ymm6, %%ymm6\n vaddpd %%ymm7, %%ymm7, %%ymm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void dp_avx_fma(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vfmadd231pd %%ymm0, %%ymm0, %%ymm0\n vfmadd231pd %%ymm1, %%ymm1, %%ymm1\n vfmadd231pd %%ymm2, %%ymm2, "
      "%%ymm2\n vfmadd231pd %%ymm3, %%ymm3, %%ymm3\n vfmadd231pd %%ymm4, %%ymm4, %%ymm4\n vfmadd231pd "
      "%%ymm5, %%ymm5, %%ymm5\n vfmadd231pd %%ymm6, %%ymm6, %%ymm6\n vfmadd231pd %%ymm7, %%ymm7, %%ymm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void dp_avx512(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vaddpd %%zmm0, %%zmm0, %%zmm0\n vaddpd %%zmm1, %%zmm1, %%zmm1\n vaddpd %%zmm2, %%zmm2, %%zmm2\n "
      "vaddpd %%zmm3, %%zmm3, %%zmm3\n vaddpd %%zmm4, %%zmm4, %%zmm4\n vaddpd %%zmm5, %%zmm5, %%zmm5\n "
      "vaddpd %%zmm6, %%zmm6, %%zmm6\n vaddpd %%zmm7, %%zmm7, %%zmm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void dp_avx512_fma(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vfmadd231pd %%zmm0, %%zmm0, %%zmm0\n vfmadd231pd %%zmm1, %%zmm1, %%zmm1\n vfmadd231pd %%zmm2, %%zmm2, "
      "%%zmm2\n vfmadd231pd %%zmm3, %%zmm3, %%zmm3\n vfmadd231pd %%zmm4, %%zmm4, %%zmm4\n vfmadd231pd "
      "%%zmm5, %%zmm5, %%zmm5\n vfmadd231pd %%zmm6, %%zmm6, %%zmm6\n vfmadd231pd %%zmm7, %%zmm7, %%zmm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void sp_scalar(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "pxor %%xmm0, %%xmm0\n pxor %%xmm1, %%xmm1\n pxor %%xmm2, %%xmm2\n pxor %%xmm3, %%xmm3\n pxor %%xmm4, "
      "%%xmm4\n pxor %%xmm5, %%xmm5\n pxor %%xmm6, %%xmm6\n pxor %%xmm7, %%xmm7\n",
      "addss %%xmm0, %%xmm0\n addss %%xmm1, %%xmm1\n addss %%xmm2, %%xmm2\n addss %%xmm3, %%xmm3\n addss "
      "%%xmm4, %%xmm4\n addss %%xmm5, %%xmm5\n addss %%xmm6, %%xmm6\n addss %%xmm7, %%xmm7\n",
      "", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void sp_sse(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "pxor %%xmm0, %%xmm0\n pxor %%xmm1, %%xmm1\n pxor %%xmm2, %%xmm2\n pxor %%xmm3, %%xmm3\n pxor %%xmm4, "
      "%%xmm4\n pxor %%xmm5, %%xmm5\n pxor %%xmm6, %%xmm6\n pxor %%xmm7, %%xmm7\n",
      "mulps %%xmm0, %%xmm0\n mulps %%xmm1, %%xmm1\n mulps %%xmm2, %%xmm2\n mulps %%xmm3, %%xmm3\n mulps "
      "%%xmm4, %%xmm4\n mulps %%xmm5, %%xmm5\n mulps %%xmm6, %%xmm6\n mulps %%xmm7, %%xmm7\n",
      "", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void sp_avx(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vaddps %%ymm0, %%ymm0, %%ymm0\n vaddps %%ymm1, %%ymm1, %%ymm1\n vaddps %%ymm2, %%ymm2, %%ymm2\n "
      "vaddps %%ymm3, %%ymm3, %%ymm3\n vaddps %%ymm4, %%ymm4, %%ymm4\n vaddps %%ymm5, %%ymm5, %%ymm5\n "
      "vaddps %%ymm6, %%ymm6, %%ymm6\n vaddps %%ymm7, %%ymm7, %%ymm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void sp_avx_fma(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vfmadd231ps %%ymm0, %%ymm0, %%ymm0\n vfmadd231ps %%ymm1, %%ymm1, %%ymm1\n vfmadd231ps %%ymm2, %%ymm2, "
      "%%ymm2\n vfmadd231ps %%ymm3, %%ymm3, %%ymm3\n vfmadd231ps %%ymm4, %%ymm4, %%ymm4\n vfmadd231ps "
      "%%ymm5, %%ymm5, %%ymm5\n vfmadd231ps %%ymm6, %%ymm6, %%ymm6\n vfmadd231ps %%ymm7, %%ymm7, %%ymm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void sp_avx512(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vaddps %%zmm0, %%zmm0, %%zmm0\n vaddps %%zmm1, %%zmm1, %%zmm1\n vaddps %%zmm2, %%zmm2, %%zmm2\n "
      "vaddps %%zmm3, %%zmm3, %%zmm3\n vaddps %%zmm4, %%zmm4, %%zmm4\n vaddps %%zmm5, %%zmm5, %%zmm5\n "
      "vaddps %%zmm6, %%zmm6, %%zmm6\n vaddps %%zmm7, %%zmm7, %%zmm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void sp_avx512_fma(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vfmadd231ps %%zmm0, %%zmm0, %%zmm0\n vfmadd231ps %%zmm1, %%zmm1, %%zmm1\n vfmadd231ps %%zmm2, %%zmm2, "
      "%%zmm2\n vfmadd231ps %%zmm3, %%zmm3, %%zmm3\n vfmadd231ps %%zmm4, %%zmm4, %%zmm4\n vfmadd231ps "
      "%%zmm5, %%zmm5, %%zmm5\n vfmadd231ps %%zmm6, %%zmm6, %%zmm6\n vfmadd231ps %%zmm7, %%zmm7, %%zmm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void hp_avx512(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vaddph %%zmm0, %%zmm0, %%zmm0\n vaddph %%zmm1, %%zmm1, %%zmm1\n vaddph %%zmm2, %%zmm2, %%zmm2\n "
      "vaddph %%zmm3, %%zmm3, %%zmm3\n vaddph %%zmm4, %%zmm4, %%zmm4\n vaddph %%zmm5, %%zmm5, %%zmm5\n "
      "vaddph %%zmm6, %%zmm6, %%zmm6\n vaddph %%zmm7, %%zmm7, %%zmm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

void hp_avx512_fma(std::int64_t rounds) noexcept {
  HPCT_KNOWN_LOOP(
      "vpxor %%xmm0, %%xmm0, %%xmm0\n vpxor %%xmm1, %%xmm1, %%xmm1\n vpxor %%xmm2, %%xmm2, %%xmm2\n vpxor "
      "%%xmm3, %%xmm3, %%xmm3\n vpxor %%xmm4, %%xmm4, %%xmm4\n vpxor %%xmm5, %%xmm5, %%xmm5\n vpxor %%xmm6, "
      "%%xmm6, %%xmm6\n vpxor %%xmm7, %%xmm7, %%xmm7\n",
      "vfmadd231ph %%zmm0, %%zmm0, %%zmm0\n vfmadd231ph %%zmm1, %%zmm1, %%zmm1\n vfmadd231ph %%zmm2, %%zmm2, "
      "%%zmm2\n vfmadd231ph %%zmm3, %%zmm3, %%zmm3\n vfmadd231ph %%zmm4, %%zmm4, %%zmm4\n vfmadd231ph "
      "%%zmm5, %%zmm5, %%zmm5\n vfmadd231ph %%zmm6, %%zmm6, %%zmm6\n vfmadd231ph %%zmm7, %%zmm7, %%zmm7\n",
      "vzeroupper\n", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7");
}

bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

bool has_avx512() { return __builtin_cpu_supports("avx512f"); }

/// Asked by hand: older compilers do not know its name.
bool has_fp16() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return has_avx512() && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d >> 23 & 1) != 0;
}

constexpr std::int64_t kStreamed = 16;

/// Stores that go past the caches, then loads of what no cache has: a round is 1 MiB written and 1 MiB read.
void stream(std::int64_t rounds) noexcept {
  constexpr std::size_t kWords = std::size_t{1} << 17;
  static std::vector<long long> buffer(2 * kStreamed * kWords);
  const auto words = static_cast<std::size_t>(rounds) * kWords;
  for (std::size_t i = 0; i < words; ++i) _mm_stream_si64(&buffer[i], 1);
  _mm_sfence();
  long long sum = 0;
  for (std::size_t i = 0; i < words; i += 8) sum += *const_cast<volatile long long*>(&buffer[i]);
  asm volatile("" : : "r"(sum));
}

constexpr auto kKernels = std::to_array<KnownKernel>({
    {"instructions", "loop of two", 2, kExactEvent, 20 * kRounds, always, counted_loop},
    {"instructions", "loop of ten", 10, kExactEvent, kRounds, always, eight_nops},
    {"branches", "one per round", 1, kExactEvent, 20 * kRounds, always, counted_loop},
    {"branches", "one taken, one not", 2, kExactEvent, 4 * kRounds, always, two_branches},
    {"branch.misses", "random bits", 0.5, kNearlyKnown, kRounds, always, random_branches},
    {"cycles", "chain of additions", 16, kNearlyKnown, kRounds, always, addition_chain},
    {"flops.dp", "scalar add", 8, kExactEvent, kRounds, always, dp_scalar},
    {"flops.dp", "128 bit multiply", 16, kExactEvent, kRounds, always, dp_sse},
    {"flops.dp", "256 bit add", 32, kExactEvent, kRounds, has_avx2, dp_avx},
    {"flops.dp", "256 bit multiply-add", 64, kExactEvent, kRounds, has_avx2, dp_avx_fma},
    {"flops.dp", "512 bit add", 64, kExactEvent, kRounds, has_avx512, dp_avx512},
    {"flops.dp", "512 bit multiply-add", 128, kExactEvent, kRounds, has_avx512, dp_avx512_fma},
    {"flops.sp", "scalar add", 8, kExactEvent, kRounds, always, sp_scalar},
    {"flops.sp", "128 bit multiply", 32, kExactEvent, kRounds, always, sp_sse},
    {"flops.sp", "256 bit add", 64, kExactEvent, kRounds, has_avx2, sp_avx},
    {"flops.sp", "256 bit multiply-add", 128, kExactEvent, kRounds, has_avx2, sp_avx_fma},
    {"flops.sp", "512 bit add", 128, kExactEvent, kRounds, has_avx512, sp_avx512},
    {"flops.sp", "512 bit multiply-add", 256, kExactEvent, kRounds, has_avx512, sp_avx512_fma},
    {"flops.hp", "512 bit add", 256, kExactEvent, kRounds, has_fp16, hp_avx512},
    {"flops.hp", "512 bit multiply-add", 512, kExactEvent, kRounds, has_fp16, hp_avx512_fma},
    {"dram.bytes_read", "loads from memory", 1 << 20, kNearlyKnown, kStreamed, always, stream},
    {"dram.bytes_written", "stores past the caches", 1 << 20, kNearlyKnown, kStreamed, always, stream},
});

}  // namespace

std::span<const KnownKernel> known_kernels() { return kKernels; }

}  // namespace hpct
