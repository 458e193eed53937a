// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/isa.h>
#include <deque>
#include <filesystem>
#include <span>
#include <string_view>

#include "workloads/kernels/onebrc/kernel.h"
#include "workloads/onebrc/slot_table.h"
#include "workloads/onebrc/tally.h"
#include "workloads/thread_team.h"

namespace hpct {

/// One kernel per instruction set of this architecture, weakest first.
std::span<const onebrc::Kernel* const> onebrc_kernels();

}  // namespace hpct

namespace hpct::onebrc {

/// Threads and their tables, made before anything is timed.
struct Crew {
  explicit Crew(int threads) : team(threads), tables(static_cast<std::size_t>(threads)) {}
  ThreadTeam team;
  std::deque<SlotTable> tables;
};

/// A step of the ladder above naive: how a mapped file of legal lines is aggregated. Each opens the regions
/// aggregate and merge. Exact, all of them.
struct Rung {
  const char* name;
  const char* summary;
  bool parallel;
  Tallies (*aggregate)(std::string_view text, Crew& crew);
  Isa isa = Isa::baseline;
};

/// From the obvious to the best; those whose kernel this build has.
std::span<const Rung> rungs();

/// What a student writes first: getline, substr, stod, std::map; one thread. Throws what stod throws when the
/// file is not legal.
Expected<Tallies> aggregate_naively(const std::filesystem::path& file);

// One file each in rungs/, each one step more than the one before.
Tallies aggregate_mapped(std::string_view text, Crew&);  ///< throws as aggregate_naively()
Tallies aggregate_views(std::string_view text, Crew&);
Tallies aggregate_fixed_point(std::string_view text, Crew&);
Tallies aggregate_hashed(std::string_view text, Crew&);

}  // namespace hpct::onebrc
