// SPDX-License-Identifier: Apache-2.0
#include "gui/session.h"

#include <utility>

namespace hpct {

Session::Session(QObject* parent) : QObject(parent) {}

void Session::setReports(std::shared_ptr<const Analysis> current, std::shared_ptr<const Analysis> baseline,
                         std::vector<Timeline> timelines, const QString& timelineNote) {
  current_ = std::move(current);
  baseline_ = std::move(baseline);
  timelines_ = std::move(timelines);
  timelineNote_ = timelineNote;
  comparison_.reset();
  if (current_ && baseline_) comparison_ = compare(*baseline_, *current_, CompareOptions{});
  emit reportsChanged();
}

void Session::select(const QString& run, const QString& region) {
  if (run == selectedRun_ && region == selectedRegion_) return;
  selectedRun_ = run;
  selectedRegion_ = region;
  emit selectionChanged();
}

}  // namespace hpct
