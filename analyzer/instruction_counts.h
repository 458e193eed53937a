// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/comparison.h"

namespace hpct {

/// Instructions on a simulated CPU. Not the PMU's `instructions`: another CPU, another code path perhaps.
inline constexpr std::string_view kSimulatedCount = "ir_sim";

/// Why the simulated counts of two runs say nothing about each other, in one sentence; "" when they do. The
/// machines may differ: what matters of them is in the environment's hash.
std::string simulation_difference(const Run& base, const Run& candidate);

/// Rows for the counts of the run and of its regions, none when the base was not simulated. A count has no
/// scatter, so one number on each side decides.
std::vector<ComparedRow> compare_counts(const Run& base, const Run& candidate, const CompareOptions& options);

/// "23.2 M", or "" when it is not known.
std::string simulated_count_text(const Value& value);

}  // namespace hpct
