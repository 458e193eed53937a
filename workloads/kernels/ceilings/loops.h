// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/ceilings/kernel.h"

/// The loops, written once for every vector width. `Simd` and `Arithmetic` are types of the including
/// file's unnamed namespace, so what is instantiated with them is local to that file.
namespace hpct::ceiling_loops {

/// Loads a vector and does nothing with it; the compiler has to believe that someone does.
template <class Vector>
void touch(const Vector& vector) {
#if defined(__x86_64__)
  asm volatile("" : : "v"(vector));
#else
  asm volatile("" : : "w"(vector));
#endif
}

/// All passes but the last only load: an add for each load would already be the limit in the L1,
/// which feeds more loads than there are ports for vector arithmetic. The last one proves by its sum
/// that every byte was there.
template <class Simd>
std::uint64_t load(const std::uint64_t* words, std::uint64_t count, std::uint64_t passes) {
  using Vector = typename Simd::Words;
  constexpr std::uint64_t kLanes = sizeof(Vector) / sizeof(std::uint64_t);
  constexpr std::uint64_t kLoads = 16;  // per turn: few enough that the loop is unrolled
  static_assert(kLoadStep % (kLanes * kLoads) == 0);
  const auto vector = [&](std::uint64_t at) -> const Vector& {
    return *reinterpret_cast<const Vector*>(words + at);
  };
  for (std::uint64_t pass = 1; pass < passes; ++pass)
    for (std::uint64_t at = 0; at < count; at += kLanes * kLoads)
      for (std::uint64_t i = 0; i < kLoads; ++i) touch(vector(at + i * kLanes));
  Vector sums[kLoads] = {};
  for (std::uint64_t at = 0; at < count; at += kLanes * kLoads)
    for (std::uint64_t i = 0; i < kLoads; ++i) sums[i] += vector(at + i * kLanes);
  std::uint64_t total = 0;
  for (const Vector& sum : sums)
    for (std::uint64_t lane = 0; lane < kLanes; ++lane) total += sum[lane];
  return total;
}

/// `Arithmetic` has Vector, Number, all(Number) and multiply_add(Vector, Vector, Vector).
template <class Arithmetic>
double multiply_add(std::uint64_t chunks, typename Arithmetic::Number factor,
                    typename Arithmetic::Number term) {
  using Number = typename Arithmetic::Number;
  using Vector = typename Arithmetic::Vector;
  const Vector factors = Arithmetic::all(factor);
  const Vector terms = Arithmetic::all(term);
  double total = 0;
  for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
    Vector chains[kFmaChains];
    for (int i = 0; i < kFmaChains; ++i) chains[i] = Arithmetic::all(static_cast<Number>(i));
    for (int step = 0; step < kFmaSteps; ++step)
      for (int i = 0; i < kFmaChains; ++i) chains[i] = Arithmetic::multiply_add(chains[i], factors, terms);
    Vector sum = chains[0];
    for (int i = 1; i < kFmaChains; ++i) sum += chains[i];
    for (unsigned lane = 0; lane < sizeof(Vector) / sizeof(Number); ++lane)
      total += static_cast<double>(sum[lane]);
  }
  return total;
}

}  // namespace hpct::ceiling_loops
