// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/isa.h>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workloads/cache_sizes.h"
#include "workloads/kernels/ceilings/kernel.h"
#include "workloads/plateaus.h"

namespace hpct {

/// One kernel table per instruction set of this architecture, weakest first.
std::span<const CeilingKernel* const> all_ceiling_kernels();

/// One limit of the machine that can be measured: what, with which instructions, on how many threads.
struct Limit {
  enum class Kind { load, copy, triad, nt_triad, peak };

  std::string id;  ///< "l1.load", "dram.nt_triad", "fma.fp32"
  Kind kind = Kind::load;
  MemoryLevel level = MemoryLevel::none;
  const CeilingKernel* kernel = nullptr;
  const PeakKernel* peak = nullptr;  ///< of Kind::peak
  int threads = 1;

  /// "l1.load/avx512/2"
  [[nodiscard]] std::string name() const;
  [[nodiscard]] Isa isa() const { return *isa_from(kernel->isa); }
  /// Arrays that share the working set: 1 to load, 2 to copy, 3 for a triad.
  [[nodiscard]] int arrays() const;
};

/// The limits worth measuring on one thread and on `threads`: every memory level that is reported, and DRAM,
/// with every loop there is; every arithmetic. `quick`: memory loads with the widest vectors this CPU has
/// and nothing else of memory; no scalar arithmetic; the rest, because every variant needs its own roof.
std::vector<Limit> list_limits(const CacheSizes& reported, int threads, bool quick);

/// The kernel with memory loops that this CPU can run and that is last in the list.
const CeilingKernel* widest_kernel();

/// The bytes that each thread works on to meet one level.
struct WorkingSet {
  std::int64_t bytes = 0;
  std::optional<Plateau> plateau;  ///< that it is the middle of; none: chosen from the reported size
};

using WorkingSets = std::array<std::optional<WorkingSet>, kMemoryLevels>;  ///< by MemoryLevel

/// What to use where no plateau was found: small shares of what a level is reported to have, because a
/// virtual machine reports the host's and shares it with strangers. A level too small or too close to
/// the one above it is left out, because its rate would be that of a neighbour. DRAM is always there.
WorkingSets reported_sets(const CacheSizes& reported, int threads, bool quick);

/// `named` where there is a plateau, else `fallback`.
WorkingSets sets_of(const NamedPlateaus& named, const WorkingSets& fallback);

/// The same levels on `threads` threads, when only one was swept: they have their own L1 and L2 and
/// share the L3.
WorkingSets shared_among(WorkingSets single, int threads, const WorkingSets& fallback);

/// The largest set that a sweep looks at, per thread.
std::int64_t sweep_top(const CacheSizes& reported, int threads, bool quick);

}  // namespace hpct
