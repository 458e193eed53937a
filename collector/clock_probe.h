// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hpct {

/// How fast this core's clock runs now, in Hz, from `seconds` (at least 50 us) of multiplications that wait
/// for each other: 3 cycles each on the x86-64 cores since 2008. The fastest of many short pieces counts, so
/// that an interrupt is not taken for a slower clock. An estimate: on arm64, where the latency differs
/// between cores, only its changes mean something. Additions would not do: new cores remove chains of them
/// before they are executed.
double estimate_clock(double seconds) noexcept;

}  // namespace hpct
