// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace hpct {

/// Bytes of the pages that most of this process's memory is made of: huge ones where the kernel gave them.
std::int64_t page_size_of_most_memory();

}  // namespace hpct
