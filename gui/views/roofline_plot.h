// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <memory>

#include "gui/models/roofline_chart.h"

namespace hpct {

/// The roofline drawing. The only place that knows Qt Charts: that library draws axes and grid,
/// and what it cannot (labels along lines, arrows, minor labels) is painted over it.
class RooflinePlot : public QWidget {
  Q_OBJECT

 public:
  explicit RooflinePlot(QWidget* parent = nullptr);
  ~RooflinePlot() override;

  void setChart(RooflineChart chart);
  void setSelection(const QString& run, const QString& region);

  /// Shows all again.
  void fit();
  void zoom(double factor, QPointF about);

  [[nodiscard]] const ChartFrame& frame() const;

  /// Where a point of the chart is in this widget.
  [[nodiscard]] QPointF pixelOf(double x, double y) const;

  /// Colours are given by the order in which workloads first occur.
  static std::vector<QString> workloadsOf(const RooflineChart& chart);

 signals:
  void dotClicked(const QString& run, const QString& region);
  void readoutChanged(const QString& text);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  class Surface;
  Surface* surface_;
};

}  // namespace hpct
