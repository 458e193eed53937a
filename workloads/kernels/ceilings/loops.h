// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/ceilings/kernel.h"

/// The loops, written once for every vector width. `Simd` and `Arithmetic` are types of the including
/// file's unnamed namespace, so what is instantiated with them is local to that file.
namespace hpct::ceiling_loops {

/// Makes the compiler believe that the vector is looked at and changed, so that it must be in a register
/// of its own here: no load is dropped, no loop becomes a call of memcpy.
template <class Vector>
void touch(Vector& vector) {
#if defined(__x86_64__)
  asm volatile("" : "+v"(vector));
#else
  asm volatile("" : "+w"(vector));
#endif
}

inline constexpr std::uint64_t kUnrolled = 16;  ///< vectors per turn: few enough that the loop is unrolled

/// All passes but the last only load: an add for each load would already be the limit in the L1,
/// which feeds more loads than there are ports for vector arithmetic. The last one proves by its sum
/// that every byte was there.
template <class Simd>
std::uint64_t load(const std::uint64_t* words, std::uint64_t count, std::uint64_t passes) {
  using Vector = typename Simd::Words;
  constexpr std::uint64_t kLanes = sizeof(Vector) / sizeof(std::uint64_t);
  static_assert(kLoadStep % (kLanes * kUnrolled) == 0);
  const auto vector = [&](std::uint64_t at) -> const Vector& {
    return *reinterpret_cast<const Vector*>(words + at);
  };
  for (std::uint64_t pass = 1; pass < passes; ++pass)
    for (std::uint64_t at = 0; at < count; at += kLanes * kUnrolled)
      for (std::uint64_t i = 0; i < kUnrolled; ++i) {
        Vector loaded = vector(at + i * kLanes);
        touch(loaded);
      }
  Vector sums[kUnrolled] = {};
  for (std::uint64_t at = 0; at < count; at += kLanes * kUnrolled)
    for (std::uint64_t i = 0; i < kUnrolled; ++i) sums[i] += vector(at + i * kLanes);
  std::uint64_t total = 0;
  for (const Vector& sum : sums)
    for (std::uint64_t lane = 0; lane < kLanes; ++lane) total += sum[lane];
  return total;
}

template <class Simd>
void copy(std::uint64_t* to, const std::uint64_t* from, std::uint64_t count, std::uint64_t passes) {
  using Vector = typename Simd::Words;
  constexpr std::uint64_t kLanes = sizeof(Vector) / sizeof(std::uint64_t);
  for (std::uint64_t pass = 0; pass < passes; ++pass)
    for (std::uint64_t at = 0; at < count; at += kLanes * kUnrolled)
      for (std::uint64_t i = 0; i < kUnrolled; ++i) {
        Vector word = *reinterpret_cast<const Vector*>(from + at + i * kLanes);
        touch(word);
        *reinterpret_cast<Vector*>(to + at + i * kLanes) = word;
      }
}

struct PlainStore {
  template <class Vector>
  static void store(double* to, Vector vector) {
    *reinterpret_cast<Vector*>(to) = vector;
  }
  static void finish() {}
};

/// `Arithmetic` as for multiply_add, on doubles; `Store` has store(double*, Vector) and finish().
template <class Arithmetic, class Store>
void triad(double* to, const double* a, const double* b, double factor, std::uint64_t count,
           std::uint64_t passes) {
  using Vector = typename Arithmetic::Vector;
  constexpr std::uint64_t kLanes = sizeof(Vector) / sizeof(double);
  const auto vector = [](const double* at) { return *reinterpret_cast<const Vector*>(at); };
  const Vector factors = Arithmetic::all(factor);
  for (std::uint64_t pass = 0; pass < passes; ++pass)
    for (std::uint64_t at = 0; at < count; at += kLanes * kUnrolled)
      for (std::uint64_t i = at; i < at + kLanes * kUnrolled; i += kLanes) {
        Vector sum = Arithmetic::multiply_add(vector(b + i), factors, vector(a + i));
        touch(sum);  // or a later pass could find the earlier one's stores useless
        Store::store(to + i, sum);
      }
  Store::finish();
}

/// `Arithmetic` has Vector, Number, all(Number) and multiply_add(Vector, Vector, Vector). Each chain's
/// result is touched, so that it cannot be packed into one vector with its neighbours'.
template <class Arithmetic>
double multiply_add(std::uint64_t chunks, double factor, double term) {
  using Number = typename Arithmetic::Number;
  using Vector = typename Arithmetic::Vector;
  const Vector factors = Arithmetic::all(static_cast<Number>(factor));
  const Vector terms = Arithmetic::all(static_cast<Number>(term));
  double total = 0;
  for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
    Vector chains[kFmaChains];
    for (int i = 0; i < kFmaChains; ++i) chains[i] = Arithmetic::all(static_cast<Number>(i));
    for (int step = 0; step < kFmaSteps; ++step)
      for (int i = 0; i < kFmaChains; ++i) {
        chains[i] = Arithmetic::multiply_add(chains[i], factors, terms);
        touch(chains[i]);
      }
    Vector ends[kFmaChains];  // read by a loop over memory, where the chains themselves must not live
#pragma GCC unroll 16
    for (int i = 0; i < kFmaChains; ++i) ends[i] = chains[i];
    for (const Vector& chain : ends) {
      Number lanes[sizeof(Vector) / sizeof(Number)];
      __builtin_memcpy(lanes, &chain, sizeof chain);
      for (const Number lane : lanes) total += static_cast<double>(lane);
    }
  }
  return total;
}

/// `Arithmetic` has Sums (a vector of Number), Operands, start(int), all(double) -> Operands and
/// dot(Sums, Operands, Operands), which adds kProducts products to every lane.
template <class Arithmetic>
double dot(std::uint64_t chunks, double left, double right) {
  using Number = typename Arithmetic::Number;
  using Sums = typename Arithmetic::Sums;
  const auto lefts = Arithmetic::all(left);
  const auto rights = Arithmetic::all(right);
  double total = 0;
  for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
    Sums chains[kFmaChains];
    for (int i = 0; i < kFmaChains; ++i) chains[i] = Arithmetic::start(i);
    for (int step = 0; step < kFmaSteps; ++step)
      for (int i = 0; i < kFmaChains; ++i) {
        chains[i] = Arithmetic::dot(chains[i], lefts, rights);
        touch(chains[i]);
      }
    Sums ends[kFmaChains];  // read by a loop over memory, where the chains themselves must not live
#pragma GCC unroll 16
    for (int i = 0; i < kFmaChains; ++i) ends[i] = chains[i];
    for (const Sums& chain : ends) {
      Number lanes[sizeof(Sums) / sizeof(Number)];
      __builtin_memcpy(lanes, &chain, sizeof chain);
      for (const Number lane : lanes) total += static_cast<double>(lane);
    }
  }
  return total;
}

}  // namespace hpct::ceiling_loops
