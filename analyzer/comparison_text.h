// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "analyzer/comparison.h"
#include "analyzer/gate.h"
#include "analyzer/render.h"

namespace hpct {

/// What differs between the two reports, a row for every run and region with its change drawn
/// beside it, the reasons for what could not be decided, and the verdict last.
std::string comparison_text(const Comparison& comparison, const RenderOptions& options);

/// One line per result, worst first, and the verdict with its exit code last.
std::string gate_text(const GateDecision& decision, const Comparison& comparison,
                      const RenderOptions& options);

}  // namespace hpct
