// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>

#include "workloads/ceiling_member.h"

namespace hpct {

/// What a repetition of `work` moves or computes on all its threads and, of memory, where the set lies: for
/// the roof's record. `page_bytes` of what the buffers are made of; 0: unknown.
DeclaredWork declared_work(const LimitWork& work, std::int64_t page_bytes);

}  // namespace hpct
