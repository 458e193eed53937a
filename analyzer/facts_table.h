// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <string>
#include <vector>

#include "analyzer/render.h"
#include "analyzer/value_text.h"

namespace hpct {

/// What workloads counted or timed beside their work (Run::facts: latencies, fragmentation, acceptance,
/// vector utilisation) and the metrics that need those facts, lines for the facts or for the variants,
/// whichever are more, and one line for what all variants have in common; on a narrow screen several tables below each other; empty when there is none. Dashes
/// and marks are explained by `notes`.
std::string facts_table(const std::vector<const Run*>& runs, Footnotes& notes, const RenderOptions& options);

}  // namespace hpct
