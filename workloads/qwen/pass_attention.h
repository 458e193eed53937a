// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/pass_member.h"

namespace hpct::qwen {

/// Attention of row `t` of the pass with the query heads that share key/value head `head`, over its sequence
/// up to itself, into the row's part of the buffer; keys and values are in the cache already.
void attend(const PassTask& task, PassScratch& scratch, std::int64_t layer, std::int64_t t,
            std::int64_t head);

}  // namespace hpct::qwen
