// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>

#include <string>
#include <vector>

#include "analyzer/render.h"
#include "analyzer/value_text.h"

namespace hpct {

/// What workloads counted or timed beside their work (latencies, fragmentation, acceptance, vector
/// utilisation), a line for each and a column for each variant; empty when there is none. Dashes and marks
/// are explained by `notes`. Not for values that every run has: those are metrics.
std::string facts_table(const std::vector<const Run*>& runs, Footnotes& notes, const RenderOptions& options);

}  // namespace hpct
