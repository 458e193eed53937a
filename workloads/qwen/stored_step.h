// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// The distance of the numbers that a cache of that format can hold, around element i of a row of whole
/// groups. Bytes have one distance per group of 32; their scale is rounded to a half first: by 2^-11, which
/// 127 steps make 1/8 of one.
double stored_step(Format format, const double* row, std::int64_t i);

}  // namespace hpct::qwen
