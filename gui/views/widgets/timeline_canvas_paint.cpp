// SPDX-License-Identifier: Apache-2.0
// What the timeline looks like; what it does with the mouse and keys is in timeline_canvas.cpp.
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "gui/theme.h"
#include "gui/views/widgets/timeline_canvas.h"

namespace hpct {
namespace {

QColor pale(const QColor& colour, const QColor& background) {
  const auto mix = [](int a, int b) { return (a + 3 * b) / 4; };
  return {mix(colour.red(), background.red()), mix(colour.green(), background.green()),
          mix(colour.blue(), background.blue())};
}

}  // namespace

void TimelineCanvas::paintEvent(QPaintEvent*) {
  QPainter painter(viewport());
  if (!timeline_) return;
  paintGrid(painter, ticks());
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    const int top = laneTop(i);
    if (top + laneHeight() >= kAxisHeight && top < viewport()->height()) paintLane(painter, i);
  }
  paintAxis(painter, ticks());
  paintCursor(painter);
}

TimeTicks TimelineCanvas::ticks() const {
  const auto probe = time_label(static_cast<std::int64_t>(window_.end()),
                                static_cast<std::int64_t>(std::max(1.0, window_.span() / 10)), window_.end());
  const int needed = fontMetrics().horizontalAdvance(probe) + 24;
  return time_ticks(window_.begin(), window_.end(), std::max(1, lanesRect().width() / needed));
}

int TimelineCanvas::pixelOf(std::int64_t ns) const {
  const auto lanes = lanesRect();
  const double share = (static_cast<double>(ns) - window_.begin()) / window_.span();
  return lanes.left() + static_cast<int>(std::lround(share * lanes.width()));
}

void TimelineCanvas::paintGrid(QPainter& painter, const TimeTicks& ticks) const {
  painter.setPen(theme::faint(palette()));
  for (const auto ns : ticks.at_ns)
    painter.drawLine(pixelOf(ns), kAxisHeight, pixelOf(ns), viewport()->height());
}

/// Painted after the lanes, over those that are scrolled away.
void TimelineCanvas::paintAxis(QPainter& painter, const TimeTicks& ticks) const {
  painter.fillRect(0, 0, viewport()->width(), kAxisHeight, palette().color(QPalette::Window));
  painter.setPen(palette().color(QPalette::WindowText));
  for (const auto ns : ticks.at_ns) {
    const int x = pixelOf(ns);
    painter.drawLine(x, kAxisHeight - 5, x, kAxisHeight);
    const auto text = time_label(ns, ticks.step_ns, window_.end());
    const int width = fontMetrics().horizontalAdvance(text);
    const int left = std::min(std::max(x - width / 2, lanesRect().left()), viewport()->width() - width - 2);
    painter.drawText(left, fontMetrics().ascent() + 3, text);
  }
}

void TimelineCanvas::paintLane(QPainter& painter, std::size_t lane) const {
  const auto lanes = lanesRect();
  const int top = laneTop(lane);
  painter.setPen(lane > 0 && lanes_[lane].track().depth > 0 ? theme::muted(palette())
                                                            : palette().color(QPalette::Text));
  painter.drawText(QRect(8, top, kLabelWidth - 14, laneHeight()), Qt::AlignVCenter, laneLabel(lane));
  painter.save();
  painter.setClipRect(lanes);
  const QRect place(lanes.left(), top + 1, lanes.width(), laneHeight() - 2);
  for (const auto& span : lanes_[lane].visible(window_, lanes.width())) paintSpan(painter, span, place);
  painter.restore();
}

void TimelineCanvas::paintSpan(QPainter& painter, const LaneSpan& span, const QRect& lane) const {
  constexpr int kRoomForText = 36;
  auto colour = colourOf(span.name);
  if (span.name < pale_.size() && pale_[span.name]) colour = pale(colour, palette().color(QPalette::Base));
  const int x0 = lane.left() + static_cast<int>(std::floor(std::max(span.x0, -2.0)));
  const int x1 = lane.left() + static_cast<int>(std::floor(std::min(span.x1, lane.width() + 2.0)));
  const int height = lane.height() * span.busy / LaneSpan::kFull;
  const QRect box(x0, lane.bottom() + 1 - height, std::max(1, x1 - x0), height);
  painter.fillRect(box, colour);
  if (span.count > 1 || box.width() < 4) return;
  painter.fillRect(box.left(), box.top(), 1, box.height(), palette().color(QPalette::Base));
  const auto seen = box.intersected(lane).adjusted(4, 0, -3, 0);
  if (seen.width() < kRoomForText) return;
  painter.setPen(theme::textOn(colour));
  painter.drawText(seen, Qt::AlignVCenter,
                   fontMetrics().elidedText(nameOf(span.name), Qt::ElideRight, seen.width()));
}

void TimelineCanvas::paintCursor(QPainter& painter) const {
  if (!cursor_ || !lanesRect().contains(*cursor_)) return;
  painter.setPen(QPen(palette().color(QPalette::Text), 1, Qt::DotLine));
  painter.drawLine(cursor_->x(), kAxisHeight, cursor_->x(), viewport()->height());
}

}  // namespace hpct
