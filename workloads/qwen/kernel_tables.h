// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/isa.h>
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

/// The best for a CPU with `isa`, which may add nothing to this kind: VNNI and SDOT are about products of
/// bytes, AMX about those of bf16. Null where this build has nothing above the baseline for it. Tables stand
/// weakest first.
template <class Table>
const Table* best_kernels(std::span<const Table* const> tables, Isa isa) {
  if (isa == Isa::baseline) return find_kernels(tables, "scalar");
  const Table* best = nullptr;
  for (const auto* table : tables)
    if (const auto own = isa_from(table->isa); own && includes(isa, *own)) best = table;
  return best;
}

}  // namespace qwen
}  // namespace hpct
