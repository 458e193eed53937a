// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "workloads/qwen/step_kernels.h"
#include "workloads/qwen/weight_format.h"

namespace hpct::qwen {

/// The formats a KV cache comes in: bf16, f16 and q8, whose names are "bf16", "f16" and "int8".
Format kv_format_named(std::string_view name);

/// Stores `count` numbers, a whole number of blocks, to nearest: in f16, bf16 or q8. A NaN in a group of q8
/// makes all of the group NaN.
void store(Format format, const float* from, std::int64_t count, std::byte* to);

/// `count` made-up numbers of unit variance from element `first` of a stream on, stored; the same in every
/// format, but for rounding. Both are whole numbers of blocks.
void store_made_up(Format format, std::uint64_t key, std::int64_t first, std::int64_t count, std::byte* to);

/// Attention of a group of query heads over some positions of a cache of this format, by the kernels of one
/// instruction set. `scores` is scratch: [group][count].
void attend(const StepKernels& kernels, Format format, const AttendRows& part, float* scores);

}  // namespace hpct::qwen
