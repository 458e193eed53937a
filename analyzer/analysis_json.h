// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/analysis.h"
#include "analyzer/comparison.h"
#include "analyzer/gate.h"

namespace hpct {

/// {"schema": "hpct-analysis", "findings": [..], "ladders": [..], "roofline": {..}, "report": {..}}: what
/// `show --json` prints. `report` is a complete report with all metrics, in the report's own format.
std::string to_json(const Analysis& analysis);

/// {"schema": "hpct-comparison", "verdict": "..", "rows": [..], "differences": [..]}
std::string to_json(const Comparison& comparison);

/// {"schema": "hpct-gate", "verdict": "..", "exit_code": n, "results": [..], "comparison": {..}}
std::string to_json(const GateDecision& decision, const Comparison& comparison);

}  // namespace hpct
