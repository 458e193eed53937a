// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/timeline.h>
#include <QObject>
#include <QString>
#include <memory>
#include <optional>
#include <vector>

#include "analyzer/comparison.h"

namespace hpct {

/// What the window is looking at: the only object the views share. It holds analysed reports,
/// the selection, and no parser.
class Session : public QObject {
  Q_OBJECT

 public:
  explicit Session(QObject* parent = nullptr);

  /// `timelines` are the current report's, in the order of its runs; when there are none,
  /// `timelineNote` may say why.
  void setReports(std::shared_ptr<const Analysis> current, std::shared_ptr<const Analysis> baseline,
                  std::vector<Timeline> timelines, const QString& timelineNote = {});
  [[nodiscard]] const Analysis* current() const { return current_.get(); }
  [[nodiscard]] const Analysis* baseline() const { return baseline_.get(); }
  [[nodiscard]] const std::vector<Timeline>& timelines() const { return timelines_; }
  [[nodiscard]] const QString& timelineNote() const { return timelineNote_; }
  [[nodiscard]] const std::optional<Comparison>& comparison() const { return comparison_; }

  /// "workload/variant" and a region path; both may be empty.
  void select(const QString& run, const QString& region);
  [[nodiscard]] const QString& selectedRun() const { return selectedRun_; }
  [[nodiscard]] const QString& selectedRegion() const { return selectedRegion_; }

 signals:
  void reportsChanged();
  void selectionChanged();

 private:
  std::shared_ptr<const Analysis> current_;
  std::shared_ptr<const Analysis> baseline_;
  std::vector<Timeline> timelines_;
  QString timelineNote_;
  std::optional<Comparison> comparison_;
  QString selectedRun_;
  QString selectedRegion_;
};

}  // namespace hpct
