// SPDX-License-Identifier: Apache-2.0
#include "gui/views/roofline_marks.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/models/axis_ticks.h"
#include "gui/theme.h"
#include "gui/views/roofline_plot.h"

namespace hpct {
namespace {

constexpr double kDot = 5.5;  // radius in pixels

double log_share(double value, double low, double high) {
  return (std::log10(value) - std::log10(low)) / (std::log10(high) - std::log10(low));
}

bool free_of(const QRectF& box, const std::vector<QRectF>& taken) {
  return std::none_of(taken.begin(), taken.end(), [&](const QRectF& other) { return other.intersects(box); });
}

void draw_arrow_head(QPainter& painter, QPointF tip, double angle) {
  constexpr double kLength = 8;
  constexpr double kSpread = 0.4;
  const auto side = [&](double turn) {
    return tip - QPointF(std::cos(angle + turn), std::sin(angle + turn)) * kLength;
  };
  painter.drawPolygon(QPolygonF{tip, side(kSpread), side(-kSpread)});
}

bool decided(Verdict verdict) { return verdict == Verdict::improved || verdict == Verdict::regressed; }

}  // namespace

QPointF RooflineMarks::at(double x, double y) const {
  return {area_.left() + log_share(x, frame_.x_low, frame_.x_high) * area_.width(),
          area_.bottom() - log_share(y, frame_.y_low, frame_.y_high) * area_.height()};
}

QColor RooflineMarks::colourOf(const Dot& dot) const {
  const auto workloads = RooflinePlot::workloadsOf(chart_);
  const auto at = std::find(workloads.begin(), workloads.end(), dot.workload);
  return theme::categorical(static_cast<int>(at - workloads.begin()));
}

void RooflineMarks::paint(QPainter& painter, const QString& run, const QString& region) const {
  std::vector<QRectF> taken;
  painter.save();
  painter.setClipRect(area_);
  painter.setRenderHint(QPainter::Antialiasing);
  for (const auto& dot : chart_.dots) {
    const auto centre = at(dot.x, dot.y);
    taken.push_back(QRectF(centre, QSizeF()).adjusted(-kDot, -kDot, kDot, kDot));
  }
  for (const auto& roof : chart_.roofs) paintRoof(painter, roof, taken);
  for (const auto& dot : chart_.dots)
    paintDot(painter, dot, dot.run == run && dot.region == region && !run.isEmpty());
  for (const auto& move : chart_.moves) paintMove(painter, move);
  paintDotLabels(painter, taken);
  painter.restore();
}

void RooflineMarks::paintRoof(QPainter& painter, const RoofLine& roof, std::vector<QRectF>& taken) const {
  double highest = 0;  // of the flat roofs: where a slope ends
  double fastest = 0;  // of the slopes: where a flat roof begins
  for (const auto& other : chart_.roofs)
    (other.compute ? highest : fastest) = std::max(other.compute ? highest : fastest, other.height);
  QPointF from;
  QPointF to;
  if (roof.compute) {
    const double begin = fastest > 0 ? std::max(roof.height / fastest, frame_.x_low) : frame_.x_low;
    if (begin >= frame_.x_high) return;
    from = at(begin, roof.height);
    to = at(frame_.x_high, roof.height);
  } else {
    const double end = highest > 0 ? std::min(highest / roof.height, frame_.x_high) : frame_.x_high;
    if (end <= frame_.x_low) return;
    from = at(frame_.x_low, roof.height * frame_.x_low);
    to = at(end, roof.height * end);
  }
  paintBand(painter, roof, from, to);
  painter.setPen(QPen(theme::muted(palette_), 1.5, roof.compute ? Qt::SolidLine : Qt::DashLine));
  painter.drawLine(from, to);
  paintRoofLabel(painter, roof, from, to, taken);
}

/// Both axes are logarithmic, so the band of a slope is as wide everywhere as that of a flat roof.
void RooflineMarks::paintBand(QPainter& painter, const RoofLine& roof, QPointF from, QPointF to) const {
  if (roof.low <= 0 || roof.high <= roof.low) return;
  const QPointF below(0, at(frame_.x_low, roof.low).y() - at(frame_.x_low, roof.height).y());
  const QPointF above(0, at(frame_.x_low, roof.high).y() - at(frame_.x_low, roof.height).y());
  auto colour = theme::muted(palette_);
  colour.setAlphaF(0.22F);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  painter.drawPolygon(QPolygonF{from + below, from + above, to + above, to + below});
  painter.setBrush(Qt::NoBrush);
}

void RooflineMarks::paintRoofLabel(QPainter& painter, const RoofLine& roof, QPointF from, QPointF to,
                                   std::vector<QRectF>& taken) const {
  const QFontMetricsF metrics(painter.font());
  const QSizeF size(metrics.horizontalAdvance(roof.label), metrics.height());
  const double angle = std::atan2(to.y() - from.y(), to.x() - from.x());
  // A slope is labelled from where it enters the area, a flat roof at its right end.
  QPointF anchor;
  if (roof.compute) {
    anchor = to - QPointF(size.width() + 8, 0);
  } else {
    const double enters =
        from.y() <= area_.bottom() ? from.x() : from.x() + (from.y() - area_.bottom()) / -std::tan(angle);
    const double x = enters + 14;
    anchor = {x, from.y() + (x - from.x()) * std::tan(angle)};
  }
  const QTransform turn = QTransform().translate(anchor.x(), anchor.y()).rotateRadians(angle);
  // Above the line, or below it where something else is in the way. Small boxes along the text:
  // one box around a slanted text would block half the chart.
  const auto boxes = [&](double top) {
    std::vector<QRectF> list;
    for (double x = 0; x < size.width(); x += size.height())
      list.push_back(turn.mapRect(QRectF(x, top, std::min(size.height(), size.width() - x), size.height())));
    return list;
  };
  double top = -size.height() - 3;
  auto needed = boxes(top);
  if (!std::all_of(needed.begin(), needed.end(), [&](const QRectF& box) { return free_of(box, taken); }))
    needed = boxes(top = 3);
  painter.save();
  painter.setTransform(turn, true);
  painter.setPen(palette_.color(QPalette::Text));
  painter.drawText(QRectF(QPointF(0, top), size), roof.label);
  painter.restore();
  taken.insert(taken.end(), needed.begin(), needed.end());
}

void RooflineMarks::paintMove(QPainter& painter, const DotMove& move) const {
  const auto& base = chart_.dots[move.from];
  const auto& candidate = chart_.dots[move.to];
  const QLineF line(at(base.x, base.y), at(candidate.x, candidate.y));
  const double length = line.length();
  if (length < 2 * kDot + 6) return;  // the dots overlap: an arrow between them would be a blot
  const auto colour = theme::verdictColour(move.verdict, palette_);
  const QPointF tip = line.pointAt(1 - (kDot + 2) / length);
  painter.setPen(QPen(colour, 2, decided(move.verdict) ? Qt::SolidLine : Qt::DotLine));
  painter.drawLine(line.pointAt((kDot + 1) / length), tip);
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  draw_arrow_head(painter, tip, std::atan2(line.dy(), line.dx()));
}

void RooflineMarks::paintDot(QPainter& painter, const Dot& dot, bool selected) const {
  const auto centre = at(dot.x, dot.y);
  const auto colour = theme::readable(colourOf(dot), palette_.color(QPalette::Base));
  painter.setPen(QPen(colour, 1.5));
  if (dot.high > dot.low) painter.drawLine(at(dot.x, dot.low), at(dot.x, dot.high));
  painter.setPen(QPen(colour, 2));
  painter.setBrush(dot.hollow ? palette_.color(QPalette::Base) : colour);
  const QRectF shape = QRectF(centre, QSizeF()).adjusted(-kDot, -kDot, kDot, kDot);
  if (dot.baseline)
    painter.drawRect(shape.adjusted(0.5, 0.5, -0.5, -0.5));
  else
    painter.drawEllipse(shape);
  if (!selected) return;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(palette_.color(QPalette::Text), 2));
  painter.drawEllipse(shape.adjusted(-5, -5, 5, 5));
}

void RooflineMarks::paintDotLabels(QPainter& painter, std::vector<QRectF>& taken) const {
  const QFontMetricsF metrics(painter.font());
  painter.setPen(palette_.color(QPalette::Text));
  auto behind = palette_.color(QPalette::Base);
  behind.setAlphaF(0.8F);
  const auto moved = [&](const Dot& dot) {
    return dot.baseline && std::any_of(chart_.moves.begin(), chart_.moves.end(),
                                       [&](const DotMove& m) { return &chart_.dots[m.from] == &dot; });
  };
  for (const auto& dot : chart_.dots) {
    if (moved(dot) || dot.label.isEmpty()) continue;  // of a pair the candidate carries the name
    QString text = dot.label;
    for (const auto& move : chart_.moves)
      if (&chart_.dots[move.to] == &dot && !move.label.isEmpty())
        text += QStringLiteral(" (%1)").arg(move.label);
    const auto centre = at(dot.x, dot.y);
    const QSizeF size(metrics.horizontalAdvance(text), metrics.height());
    const double half = size.height() / 2;
    const double right = kDot + 4;
    const double left = -right - size.width();
    const double above = -kDot - 3 - size.height();
    const double below = kDot + 3;
    const std::array<QPointF, 8> corners{QPointF(right, -half),
                                         QPointF(left, -half),
                                         QPointF(-size.width() / 2, above),
                                         QPointF(-size.width() / 2, below),
                                         QPointF(0, above),
                                         QPointF(0, below),
                                         QPointF(-size.width(), above),
                                         QPointF(-size.width(), below)};
    for (const auto& corner : corners) {
      const QRectF box(centre + corner, size);
      if (!area_.contains(box) || !free_of(box, taken)) continue;
      painter.fillRect(box, behind);
      painter.drawText(box, text);
      taken.push_back(box);
      break;  // without a free place the name is in the tooltip and the table only
    }
  }
}

void RooflineMarks::paintMinorLabels(QPainter& painter) const {
  constexpr double kRoom = 90;  // pixels a decade needs before it gets two labels more
  const QFontMetricsF metrics(painter.font());
  painter.setPen(theme::muted(palette_));
  if (area_.width() / std::log10(frame_.x_high / frame_.x_low) > kRoom)
    for (const double x : log_minor_ticks(frame_.x_low, frame_.x_high)) {
      const auto text = QString::number(x, 'g', 3);
      painter.drawText(QPointF(at(x, frame_.y_low).x() - metrics.horizontalAdvance(text) / 2,
                               area_.bottom() + 6 + metrics.ascent()),
                       text);
    }
  if (area_.height() / std::log10(frame_.y_high / frame_.y_low) > kRoom)
    for (const double y : log_minor_ticks(frame_.y_low, frame_.y_high)) {
      const auto text = QString::number(y, 'g', 3);
      painter.drawText(QPointF(area_.left() - 8 - metrics.horizontalAdvance(text),
                               at(frame_.x_low, y).y() + metrics.ascent() / 2 - 1),
                       text);
    }
}

const Dot* RooflineMarks::dotAt(QPointF position, double reach) const {
  const Dot* nearest = nullptr;
  for (const auto& dot : chart_.dots) {
    const double distance = QLineF(position, at(dot.x, dot.y)).length();
    if (distance > reach) continue;
    reach = distance;
    nearest = &dot;
  }
  return nearest;
}

}  // namespace hpct
