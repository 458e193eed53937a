// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/stored_step.h"

#include <algorithm>
#include <cmath>

#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {
namespace {

/// The largest magnitude of the group that element i belongs to.
double largest_of_group(const double* row, std::int64_t i) {
  const double* const group = row + i / kGroup * kGroup;
  double largest = 0;
  for (std::int64_t k = 0; k < kGroup; ++k) largest = std::max(largest, std::abs(group[k]));
  return largest;
}

/// The distance of numbers with so many bits behind the leading one, around `value`; 0 at 0, a NaN at a NaN.
double step_around(double value, int bits) { return std::exp2(std::logb(value) - bits); }

}  // namespace

double stored_step(Format format, const double* row, std::int64_t i) {
  if (format == Format::bf16) return step_around(row[i], 7);
  if (format == Format::q8) return largest_of_group(row, i) / 127 * 1.125;
  return std::max(step_around(row[i], 10), 0x1p-24);  // the smallest distance of halves
}

}  // namespace hpct::qwen
