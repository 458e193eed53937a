// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "workloads/qwen/batch_kernels.h"
#include "workloads/qwen/kernels.h"
#include "workloads/qwen/kv_kernels.h"
#include "workloads/qwen/weight_kernels.h"

namespace hpct {

// The kernels of this build, of every instruction set.
std::span<const qwen::Kernels* const> all_qwen_kernels();
std::span<const qwen::WeightKernels* const> all_qwen_weight_kernels();
std::span<const qwen::KvKernels* const> all_qwen_kv_kernels();
std::span<const qwen::BatchKernels* const> all_qwen_batch_kernels();

namespace qwen {

/// Those of one instruction set; null where this build has none.
template <class Table>
const Table* find_kernels(std::span<const Table* const> tables, std::string_view isa) {
  for (const auto* table : tables)
    if (table->isa == isa) return table;
  return nullptr;
}

}  // namespace qwen
}  // namespace hpct
