// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <vector>

namespace hpct {

/// Turns the measured runs of role "ceiling" into roofs; other runs are passed over. The variant
/// names the limit: "<id>/<isa>/<threads>", as "dram.load/avx512/2"; one with another name, or an
/// id that is none of the known limits, is no roof and is passed over too.
/// The value is the median over the samples of work / wall time, with p10..p95 as its interval:
/// a machine's best moment is not what a program can count on. A sample is a repetition before and after
/// which the clock was the same within 1 %; with fewer than five of these, every repetition is one. Missing
/// (not_declared, too_few) when the run does not say its work or has no repetitions.
std::vector<Ceiling> ceilings_from(const std::vector<Run>& runs);

}  // namespace hpct
