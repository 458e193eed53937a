// SPDX-License-Identifier: Apache-2.0
#include "workloads/qwen/pass_trace.h"

#include <algorithm>

#include "workloads/qwen/weight_kernels.h"

namespace hpct::qwen {

PassTrace::PassTrace(const Shape& shape, std::int64_t rows)
    : hidden_(shape.hidden),
      layers_(shape.layers),
      query_(shape.query_size()),
      intermediate_(shape.intermediate),
      row_size_((2 * layers_ + 1) * hidden_ + layers_ * (query_ + intermediate_)),
      values_(static_cast<std::size_t>(rows * row_size_)),
      scales_(values_.size() / kGroup) {}

void PassTrace::keep(std::int64_t at, std::int64_t count, const std::int8_t* values, const float* scales) {
  std::copy_n(values, count, values_.begin() + at);
  std::copy_n(scales, count / kGroup, scales_.begin() + at / kGroup);
}

double PassTrace::scale(std::int64_t at) const {
  return static_cast<double>(scales_[static_cast<std::size_t>(at / kGroup)]);
}

}  // namespace hpct::qwen
