// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <cstdint>
#include <vector>

namespace hpct {

/// Marks of a time axis: multiples of 1, 2 or 5 times a power of ten nanoseconds.
struct TimeTicks {
  std::int64_t step_ns = 1;
  std::vector<std::int64_t> at_ns;
};

/// At most `most` marks (at least one is asked for) inside [begin, end].
TimeTicks time_ticks(double begin_ns, double end_ns, int most);

/// "12.5 ms": the unit follows the largest time on the axis, the digits follow the step, so that
/// neighbouring marks never read the same.
QString time_label(std::int64_t ns, std::int64_t step_ns, double largest_ns);

/// 2, 5 times each power of ten strictly inside [low, high]; both must be > 0. The powers
/// themselves are left out: the axis labels those.
std::vector<double> log_minor_ticks(double low, double high);

}  // namespace hpct
