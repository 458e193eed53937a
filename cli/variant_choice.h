// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/workload.h>
#include <optional>
#include <string>
#include <vector>

namespace hpct {

/// Which variants `run` was asked for.
struct VariantWish {
  std::string names;        ///< "a,b", "all", or empty: the best one
  std::optional<Isa> most;  ///< none that needs more instructions than these
};

/// Names of the instruction sets that the variants need, "baseline" first.
std::vector<std::string> isas_of(const std::vector<Variant>& variants);

/// Whether `--set isa=` chooses among the variants: not where the workload has such a parameter of its own,
/// nor where no variant needs more than the baseline.
bool isa_chooses_variants(const WorkloadInfo& info, const std::vector<Variant>& variants);

/// Takes isa=NAME out of the assignments of such a workload: it says which kernels may run, not which work
/// they do, so it is no parameter of the report. Empty: as this CPU can.
Expected<std::optional<Isa>> take_isa(const WorkloadInfo& info, std::vector<std::string>& assignments);

/// The variants asked for, in the workload's own order, without those this CPU cannot run.
Expected<std::vector<Variant>> choose_variants(const WorkloadInfo& info, const Settings& settings,
                                               const VariantWish& wish);

}  // namespace hpct
