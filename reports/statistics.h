// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/value.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hpct {

/// Linear-interpolation quantile (type 7) of `sample`, q in 0..1. `sample` must not be empty.
double quantile(std::vector<double> sample, double q);

/// quantile(sample, 0.5)
double median(std::vector<double> sample);

/// Distribution-free 95 % interval of the median from order statistics (binomial, p = 1/2).
/// Empty below 6 samples, where even the whole range covers the median less often than that.
std::optional<Interval> median_interval(std::span<const double> sample);

/// Median of `numbers` (one at least) with its 95 % interval where there are enough of them.
Value median_value(const std::vector<double>& numbers, const std::string& unit, Provenance provenance);

/// 95 % interval of a share (0..1) that was found in `count` independent observations: Wilson's score
/// interval, JASA 22 (1927) 209. Empty without observations.
std::optional<Interval> share_interval(double share, double count);

}  // namespace hpct
