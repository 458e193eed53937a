// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/isa.h>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "workloads/kernels/ceilings/kernel.h"
#include "workloads/memory_facts.h"

namespace hpct {

/// One kernel per instruction set of this architecture, weakest first.
std::span<const CeilingKernel* const> all_ceiling_kernels();

/// One limit of the machine that can be measured: what, with which instructions, on how many threads.
struct Limit {
  enum class Kind { cache_load, dram_load, fma_fp32, fma_fp64 };

  std::string id;  ///< "l1.load", "fma.fp32"
  Kind kind = Kind::cache_load;
  const CeilingKernel* kernel = nullptr;
  int threads = 1;
  std::int64_t set_bytes = 0;  ///< working set per thread; 0 for arithmetic

  /// "l1.load/avx512/2"
  [[nodiscard]] std::string name() const;
  [[nodiscard]] Isa isa() const { return *isa_from(kernel->isa); }
};

/// The limits worth measuring on `threads` threads. Working sets are small shares of what a level
/// is reported to have, because a virtual machine reports the host's and shares it with strangers;
/// a level too small or too close to the one above is left out, because its rate would be that of a
/// neighbour. `quick`: memory only with the widest instructions this CPU has, and a smaller DRAM
/// set; compute with all, for every variant needs its own compute roof.
std::vector<Limit> list_limits(const MemoryFacts& facts, int threads, bool quick);

}  // namespace hpct
