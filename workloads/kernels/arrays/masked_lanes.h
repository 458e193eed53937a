// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/kernels/arrays/kernel.h"

/// The element-wise loops, written once for every vector width: one vector at a time, its lanes masked
/// until the last is done, which is what a compiler makes of "one program per lane".
///
/// `Simd` is a type of the including file's unnamed namespace: what is instantiated with it is
/// local to that file and cannot replace another file's code.
namespace hpct::masked_lanes {

template <class Simd>
LaneUse saxpy(const ArraySlice& slice) {
  const auto scale = Simd::all(slice.scale);
  for (std::int64_t i = 0; i < slice.count; i += Simd::kLanes) {
    const auto used = Simd::first_lanes(slice.count - i);
    const auto product = Simd::mul(scale, Simd::load(slice.x + i, used));
    Simd::store(slice.out + i, used, Simd::add(product, Simd::load(slice.y + i, used)));
  }
  const auto count = static_cast<std::uint64_t>(slice.count);
  const auto vectors = (count + Simd::kLanes - 1) / Simd::kLanes;
  return {count, vectors * Simd::kLanes};
}

/// Whole vectors go past the caches: a store that misses would else first read its line from memory.
template <class Simd>
LaneUse saxpy_stream(const ArraySlice& slice) {
  const auto scale = Simd::all(slice.scale);
  const auto whole = slice.count - slice.count % Simd::kLanes;
  const auto all = Simd::first_lanes(Simd::kLanes);
  for (std::int64_t i = 0; i < whole; i += Simd::kLanes)
    Simd::stream(slice.out + i,
                 Simd::add(Simd::mul(scale, Simd::load(slice.x + i, all)), Simd::load(slice.y + i, all)));
  Simd::finish_streaming();
  auto rest = slice;
  rest.x += whole;
  rest.y += whole;
  rest.out += whole;
  rest.count -= whole;
  const auto use = saxpy<Simd>(rest);
  return {use.useful + static_cast<std::uint64_t>(whole), use.issued + static_cast<std::uint64_t>(whole)};
}

template <class Simd>
LaneUse newton_sqrt(const ArraySlice& slice) {
  LaneUse use{0, 0};
  for (std::int64_t i = 0; i < slice.count; i += Simd::kLanes) {
    const auto used = Simd::first_lanes(slice.count - i);
    const auto x = Simd::load(slice.x + i, used);
    auto root = Simd::all(1.0F);
    auto active = used;
    for (int step = 0; step < kNewtonLimit; ++step) {
      const auto product = Simd::mul(Simd::mul(root, root), x);
      active = Simd::farther(Simd::sub(product, Simd::all(1.0F)), kNewtonError, active);
      if (!Simd::any(active)) break;
      const auto next = Simd::mul(Simd::mul(root, Simd::all(0.5F)), Simd::sub(Simd::all(3.0F), product));
      root = Simd::choose(active, next, root);
      use.useful += static_cast<std::uint64_t>(Simd::count(active));
      use.issued += Simd::kLanes;
    }
    Simd::store(slice.out + i, used, Simd::mul(x, root));
  }
  return use;
}

template <class Simd>
LaneUse power(const ArraySlice& slice) {
  LaneUse use{0, 0};
  for (std::int64_t i = 0; i < slice.count; i += Simd::kLanes) {
    const auto used = Simd::first_lanes(slice.count - i);
    const auto x = Simd::load(slice.x + i, used);
    const auto exponents = Simd::load_whole(slice.exponents + i, used);
    auto result = Simd::all(1.0F);
    for (int done = 0;; ++done) {
      const auto active = Simd::above(exponents, done, used);
      if (!Simd::any(active)) break;
      result = Simd::choose(active, Simd::mul(result, x), result);
      use.useful += static_cast<std::uint64_t>(Simd::count(active));
      use.issued += Simd::kLanes;
    }
    Simd::store(slice.out + i, used, Simd::at_most(result, kPowerLimit));
  }
  return use;
}

}  // namespace hpct::masked_lanes
