// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/counter_source.h"

namespace hpct {

/// Measures known loops once in every pass of `source` and prints each as a line of JSON. "1000+500+20" is a
/// loop of 1000 iterations in the main thread, then two more in a new thread each. They follow one another:
/// what glibc does for threads that wait for each other is not the same every time.
void print_counts(CounterSource& source, std::string_view loops);

std::string quoted(std::string_view text);

}  // namespace hpct
