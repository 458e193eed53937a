// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <cstdint>
#include <string>

#include "collector/sampling/sampler.h"

namespace hpct {

/// A profile for the report, and its call stacks as text: a line "thread;outermost;...;innermost count" per
/// distinct stack. Inlined functions end in "_[i]" and the kernel's in "_[k]" there, as flame graph tools
/// expect.
struct NamedProfile {
  Profile profile;
  std::string stacks;
};

/// Names what was sampled. `cpu_ns` and `wall_ns` are of the sampled run, over all its repetitions.
NamedProfile name_profile(const SampledStacks& sampled, std::int64_t wall_ns, std::int64_t cpu_ns);

/// The profile of a run of which nothing could be sampled.
Profile missing_profile(MissingReason reason, const std::string& detail);

/// Adds another repetition of the same program.
void merge(SampledStacks& sum, const SampledStacks& other);

}  // namespace hpct
