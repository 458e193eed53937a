// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/report.h>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/roofline.h"

namespace hpct {

/// A report with everything we conclude from it. The command line prints it, the desktop
/// draws it, the gate judges by it: one object, so they cannot disagree.
struct Analysis {
  Report report;  ///< with all metrics in its values
  Roofline roofline;
  std::vector<Finding> findings;  ///< warnings first, then by expected gain
};

/// Adds every metric to the values of every run and region. Idempotent.
void add_metrics(Report& report);

Analysis analyze(Report report);

}  // namespace hpct
