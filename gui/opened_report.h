// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/expected.h>
#include <hpct/timeline.h>

#include <QString>
#include <memory>
#include <vector>

#include "analyzer/analysis.h"

namespace hpct {

/// A report file as the window keeps it: analysed, with its events.
struct OpenedReport {
  QString file;
  std::shared_ptr<const Analysis> analysis;
  std::vector<Timeline> timelines;
  QString timelineNote;  ///< why there are no timelines, when the report promises some
};

/// Reads and analyses a report. An unreadable timeline is a note and not an error: the rest of
/// the report is worth seeing without it.
Expected<OpenedReport> open_report(const QString& file);

}  // namespace hpct
