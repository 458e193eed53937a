// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractScrollArea>
#include <QPoint>
#include <optional>
#include <vector>

#include "gui/models/axis_ticks.h"
#include "gui/models/timeline_lane.h"

namespace hpct {

/// The events of one run, painted by ourselves: a lane per thread and depth, a time axis that
/// stays on top, zoom at the mouse, pan by dragging. Charts would need a graphics item per event.
class TimelineCanvas : public QAbstractScrollArea {
  Q_OBJECT

 public:
  explicit TimelineCanvas(QWidget* parent = nullptr);

  /// `timeline` must outlive the canvas or the next call; null shows nothing.
  void setTimeline(const Timeline* timeline);

  /// Paints events of other names pale; empty shows all alike.
  void setHighlight(const QString& name);

  [[nodiscard]] const TimeWindow& window() const { return window_; }
  void fit();
  void zoom(double factor);  ///< about the mouse when it is over the lanes, else about the middle
  void panBy(double share);  ///< of the visible span

  /// Colours are given by the order of the names in the timeline.
  static QColor colourOf(std::uint32_t name);

 signals:
  /// What is under the mouse, or the visible range; for a line of text below.
  void readoutChanged(const QString& text);
  void eventClicked(const QString& name);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool viewportEvent(QEvent* event) override;

 private:
  static constexpr int kLabelWidth = 120;
  static constexpr int kAxisHeight = 26;
  static constexpr int kLowest = 22;   ///< pixels per lane, when there are many
  static constexpr int kHighest = 44;  ///< and when there are few
  static constexpr int kThreadGap = 8;

  struct Hit {
    const TimelineLane* lane = nullptr;
    std::size_t event = 0;
  };

  [[nodiscard]] QRect lanesRect() const;
  [[nodiscard]] int laneHeight() const;
  [[nodiscard]] int laneTop(std::size_t lane) const;
  [[nodiscard]] QString laneLabel(std::size_t lane) const;
  [[nodiscard]] QString nameOf(std::uint32_t name) const;
  [[nodiscard]] QString describe(const Hit& hit) const;
  [[nodiscard]] double timeAt(double x) const;
  [[nodiscard]] std::optional<Hit> hitAt(QPoint position) const;
  void windowChanged();
  void updateScrollBar();
  [[nodiscard]] TimeTicks ticks() const;
  [[nodiscard]] int pixelOf(std::int64_t ns) const;
  void paintGrid(QPainter& painter, const TimeTicks& ticks) const;
  void paintAxis(QPainter& painter, const TimeTicks& ticks) const;
  void paintLane(QPainter& painter, std::size_t lane) const;
  void paintSpan(QPainter& painter, const LaneSpan& span, const QRect& lane) const;
  void paintCursor(QPainter& painter) const;

  const Timeline* timeline_ = nullptr;
  std::vector<TimelineLane> lanes_;
  std::vector<bool> pale_;  ///< per name, when one is highlighted
  TimeWindow window_;
  std::optional<QPoint> cursor_;
  std::optional<QPoint> dragFrom_;
  bool dragged_ = false;
};

}  // namespace hpct
