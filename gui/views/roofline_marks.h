// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <QPalette>
#include <functional>

#include "gui/models/roofline_chart.h"

namespace hpct {

/// Paints everything of a roofline chart but axes and grid. Knows where a point goes, and nothing of who
/// draws the axes.
class RooflineMarks {
 public:
  RooflineMarks(const RooflineChart& chart, const ChartFrame& frame, const QRectF& area,
                const QPalette& palette)
      : chart_(chart), frame_(frame), area_(area), palette_(palette) {}

  /// Pixel of a point; both coordinates must be > 0.
  [[nodiscard]] QPointF at(double x, double y) const;

  /// The selected run and region get a ring around their dots.
  void paint(QPainter& painter, const QString& run, const QString& region) const;

  /// Labels at 2 and 5 of every decade, where there is room; beside the axes, outside the area.
  void paintMinorLabels(QPainter& painter) const;

  /// The dot at most `reach` pixels away that is nearest, or null.
  [[nodiscard]] const Dot* dotAt(QPointF position, double reach) const;

 private:
  [[nodiscard]] QColor colourOf(const Dot& dot) const;
  void paintRoof(QPainter& painter, const RoofLine& roof, std::vector<QRectF>& taken) const;
  void paintBand(QPainter& painter, const RoofLine& roof, QPointF from, QPointF to) const;
  void paintRoofLabel(QPainter& painter, const RoofLine& roof, QPointF from, QPointF to,
                      std::vector<QRectF>& taken) const;
  void paintMove(QPainter& painter, const DotMove& move) const;
  void paintDot(QPainter& painter, const Dot& dot, bool selected) const;
  void paintDotLabels(QPainter& painter, std::vector<QRectF>& taken) const;

  const RooflineChart& chart_;
  const ChartFrame& frame_;
  QRectF area_;
  QPalette palette_;
};

}  // namespace hpct
