// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <string>
#include <vector>

#include "analyzer/render.h"
#include "analyzer/value_text.h"

namespace hpct {

/// What workloads counted or timed beside their work (Run::facts: latencies, fragmentation, acceptance,
/// vector utilisation) and the metrics that need those facts: one line for what all variants have in common,
/// then lines for the variants or for the facts, whichever fit better, on a narrow screen several tables
/// below each other. Empty when there is none. Dashes and marks are explained by `notes`.
std::string facts_table(const std::vector<const Run*>& runs, Footnotes& notes, const RenderOptions& options);

}  // namespace hpct
