// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <immintrin.h>
#include <stdint.h>

/// Weights are asked for ahead of their turn.
namespace hpct::qwen {
namespace {

/// Bytes ahead of the current column that each row asks for: a page, because the hardware
/// prefetchers stop at every 4 KiB border. Less or twice as much was slower for most row lengths.
constexpr int64_t kAhead = 4096;

inline void prefetch(const void* at) { _mm_prefetch(static_cast<const char*>(at) + kAhead, _MM_HINT_T0); }

}  // namespace
}  // namespace hpct::qwen
