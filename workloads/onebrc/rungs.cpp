// SPDX-License-Identifier: Apache-2.0
#include "workloads/onebrc/rungs.h"

#include <vector>

#include "workloads/onebrc/aggregate.h"

namespace hpct::onebrc {
namespace {

const Kernel* kernel_for(Isa isa) {
  for (const auto* kernel : onebrc_kernels())
    if (isa_from(kernel->isa) == isa) return kernel;
  return nullptr;
}

Tallies aggregate_by_words(std::string_view text, Crew& crew) {
  return aggregate(*kernel_for(Isa::baseline), text, crew.team, crew.tables);
}

/// A chunk for each thread: who is held up holds up all.
Tallies aggregate_equal_parts(std::string_view text, Crew& crew) {
  const auto members = static_cast<std::size_t>(crew.team.size());
  const auto part = text.size() / members + 1;
  return aggregate(*kernel_for(Isa::baseline), text, crew.team, crew.tables, part);
}

template <Isa isa>
Tallies aggregate_by_vectors(std::string_view text, Crew& crew) {
  return aggregate(*kernel_for(isa), text, crew.team, crew.tables);
}

constexpr Rung kRungs[] = {
    {"mmap", "the file is mapped, memchr finds the line", false, aggregate_mapped},
    {"views", "string_view names in a std::unordered_map: no copies", false, aggregate_views},
    {"fixed-point", "temperatures are whole tenths, no floating point", false, aggregate_fixed_point},
    {"hash", "own hash table, every byte is looked at once", false, aggregate_hashed},
    {"swar", "eight bytes at a time, numbers without branches", false, aggregate_by_words},
    {"threads", "the same on all threads, one equal part each", true, aggregate_equal_parts},
    {"chunks", "chunks of 8 MiB for whoever is free", true, aggregate_by_words},
    {"avx2", "eight lines in flight per thread, four at once", true, aggregate_by_vectors<Isa::avx2>,
     Isa::avx2},
    {"avx512", "the same with mask registers and three-input logic", true, aggregate_by_vectors<Isa::avx512>,
     Isa::avx512},
    {"neon", "eight lines in flight per thread, a name in two registers", true,
     aggregate_by_vectors<Isa::neon>, Isa::neon},
};

}  // namespace

std::span<const Rung> rungs() {
  static const auto built = [] {
    std::vector<Rung> with_kernel;
    for (const auto& rung : kRungs)
      if (kernel_for(rung.isa) != nullptr) with_kernel.push_back(rung);
    return with_kernel;
  }();
  return built;
}

}  // namespace hpct::onebrc
