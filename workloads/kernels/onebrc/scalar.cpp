// SPDX-License-Identifier: Apache-2.0
#include "workloads/kernels/onebrc/line.h"

namespace hpct::onebrc::kernels {

extern const Kernel scalar;
const Kernel scalar{
    "baseline", [](Slots& table, const char* begin, const char* end) { aggregate_lines(table, begin, end); }};

}  // namespace hpct::onebrc::kernels
