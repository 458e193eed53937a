// SPDX-License-Identifier: Apache-2.0
// On an architecture without kernels in its assembly nothing is certified.
#include "collector/known_kernels.h"

namespace hpct {

std::span<const KnownKernel> known_kernels() { return {}; }

}  // namespace hpct
