// SPDX-License-Identifier: Apache-2.0
#include <immintrin.h>

#include "workloads/kernels/ceilings/loops.h"

namespace hpct::ceiling_kernels {
namespace {

constexpr int kLanes = 32;

/// A half counts exactly to 2048 only: after so many steps all but one of them are taken back.
constexpr int kBlock = 1024;
constexpr int kBlocks = kFmaSteps / kBlock;

double multiply_add(std::uint64_t chunks, double factor, double term) {
  const __m512h factors = _mm512_set1_ph(static_cast<_Float16>(factor));
  const __m512h terms = _mm512_set1_ph(static_cast<_Float16>(term));
  const __m512h back = _mm512_set1_ph(static_cast<_Float16>((kBlock - 1) * term));
  double total = 0;
  for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
    __m512h chains[kFmaChains];
    for (int i = 0; i < kFmaChains; ++i) chains[i] = _mm512_set1_ph(static_cast<_Float16>(i));
    for (int block = 0; block < kBlocks; ++block) {
      for (int step = 0; step < kBlock; ++step)
#pragma GCC unroll 16
        for (int i = 0; i < kFmaChains; ++i) {
          chains[i] = _mm512_fmadd_ph(chains[i], factors, terms);
          ceiling_loops::touch(chains[i]);
        }
#pragma GCC unroll 16
      for (int i = 0; i < kFmaChains; ++i) chains[i] = _mm512_sub_ph(chains[i], back);
    }
    __m512h ends[kFmaChains];  // read by a loop over memory, where the chains themselves must not live
#pragma GCC unroll 16
    for (int i = 0; i < kFmaChains; ++i) ends[i] = chains[i];
    for (const auto& chain : ends) {
      alignas(64) _Float16 lanes[kLanes];
      _mm512_store_ph(lanes, chain);
      for (const _Float16 lane : lanes) total += static_cast<double>(lane);
    }
  }
  return total;
}

constexpr double kSum = kLanes * (kFmaChains * (kFmaChains - 1) / 2.0 + kFmaChains * kBlocks);
constexpr PeakKernel kPeaks[]{{"fma.fp16", 2 * kLanes, multiply_add, kSum}};

}  // namespace

extern const CeilingKernel avx512_fp16;
const CeilingKernel avx512_fp16{"avx512_fp16", "avx512_fp16", kPeaks, 1, nullptr, nullptr, nullptr, nullptr};

}  // namespace hpct::ceiling_kernels
