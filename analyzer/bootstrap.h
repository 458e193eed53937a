// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/value.h>

#include <cstdint>
#include <span>

namespace hpct {

/// median(candidate) / median(base) and its 95 % percentile-bootstrap interval: both samples
/// are drawn again with replacement `resamples` times (Efron and Tibshirani, An Introduction
/// to the Bootstrap, section 13.3). The same seed gives the same digits on every platform.
/// Both samples must be non-empty and positive.
struct RatioEstimate {
  double ratio = 1;
  Interval interval;
};

RatioEstimate ratio_of_medians(std::span<const double> base, std::span<const double> candidate, int resamples,
                               std::uint64_t seed);

}  // namespace hpct
