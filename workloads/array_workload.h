// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workloads/kernels/arrays/kernel.h"

namespace hpct {

/// One table per instruction set of this architecture, weakest first.
std::span<const ArrayKernels* const> all_array_kernels();

/// A variant of an element-wise workload: which kernel of which instruction set.
struct ArrayMethod {
  const char* name;
  const char* summary;
  Isa isa;
  bool parallel;
  ArrayKernel ArrayKernels::*kernel;
};

/// The inputs of one element.
struct ArrayElement {
  float x = 0;
  float y = 0;
  std::int32_t exponent = 0;
};

/// A workload in which each element of the output depends on the inputs of that element alone. The
/// functions must be pure: threads call them for different elements at once.
struct ArrayProblem {
  std::int64_t count = 0;  ///< elements
  float scale = 1;
  bool uses_y = false;
  bool uses_exponents = false;
  std::function<ArrayElement(std::int64_t)> input;
  std::function<float(const ArrayElement&)> expected;    ///< the definition, apart from the kernels
  std::function<Work(double count, double steps)> work;  ///< `steps`: useful lane steps, counted
  std::string reference;                                 ///< what `expected` is, for the check
  std::span<const ArrayMethod> methods;
};

/// Those of `methods` that this architecture has.
std::vector<Variant> array_variants(std::span<const ArrayMethod> methods);

Expected<std::unique_ptr<Workload>> make_array_workload(ArrayProblem problem, const Settings& settings);

/// For the simulated repetition.
void shrink_arrays(Settings& settings);

/// The parameter that all of them share.
Parameter array_size(std::int64_t default_value);

/// Evenly distributed between `low` and `high`.
float random_between(std::uint64_t bits, float low, float high);

}  // namespace hpct
