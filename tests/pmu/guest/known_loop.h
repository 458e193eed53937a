// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// Exactly 2 instructions and 1 branch per iteration, whatever the compiler. `iterations` is at least 1.
inline void known_loop(std::uint64_t iterations) {
  asm volatile("1: subs %0, %0, #1\n b.ne 1b" : "+r"(iterations) : : "cc");
}

}  // namespace hpct
