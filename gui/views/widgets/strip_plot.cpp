// SPDX-License-Identifier: Apache-2.0
#include "gui/views/widgets/strip_plot.h"

#include <QPainter>
#include <algorithm>

#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "reports/statistics.h"
#include "reports/unit.h"

namespace hpct {
namespace {

constexpr int kStripHeight = 34;
constexpr int kAxisHeight = 18;
constexpr int kMargin = 6;

struct Range {
  double low = 0;
  double high = 1;
  [[nodiscard]] double position(double value) const { return (value - low) / (high - low); }
};

/// At least 2 % wide, so that the last bit of the clock does not look like noise.
Range range_of(const std::vector<StripPlot::Strip>& strips) {
  Range range{1e300, -1e300};
  for (const auto& strip : strips)
    for (const double value : strip.seconds)
      range = {std::min(range.low, value), std::max(range.high, value)};
  if (range.low > range.high) return {};
  const double middle = (range.low + range.high) / 2;
  const double half = std::max((range.high - range.low) / 2, middle * 0.01);
  return half > 0 ? Range{middle - half, middle + half} : Range{middle - 1, middle + 1};
}

void draw_strip(QPainter& painter, const QRectF& area, const StripPlot::Strip& strip, const Range& range,
                const QPalette& palette) {
  const auto x = [&](double seconds) { return area.left() + range.position(seconds) * area.width(); };
  const double middle = x(median(strip.seconds));
  painter.setPen(QPen(palette.color(QPalette::Text), 1.5));
  painter.drawLine(QPointF(middle, area.top() + 1), QPointF(middle, area.bottom() - 1));
  painter.setPen(Qt::NoPen);
  auto fill = theme::readable(strip.colour, palette.color(QPalette::Base));
  fill.setAlphaF(0.75F);
  painter.setBrush(fill);
  const double step =
      (area.height() - 8) / static_cast<double>(std::max<std::size_t>(strip.seconds.size() - 1, 1));
  for (std::size_t i = 0; i < strip.seconds.size(); ++i)
    painter.drawEllipse(QPointF(x(strip.seconds[i]), area.top() + 4 + step * static_cast<double>(i)), 3, 3);
}

}  // namespace

StripPlot::StripPlot(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void StripPlot::setStrips(std::vector<Strip> strips) {
  std::erase_if(strips, [](const Strip& strip) { return strip.seconds.empty(); });
  strips_ = std::move(strips);
  updateGeometry();
  update();
}

QSize StripPlot::sizeHint() const {
  return {300,
          strips_.empty() ? kStripHeight : static_cast<int>(strips_.size()) * kStripHeight + kAxisHeight};
}

void StripPlot::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto muted = theme::muted(palette());
  painter.setPen(muted);
  if (strips_.empty()) {
    painter.drawText(rect(), Qt::AlignCenter, QStringLiteral("no repetitions in the report"));
    return;
  }
  const auto range = range_of(strips_);
  int labels = 0;
  for (const auto& strip : strips_) labels = std::max(labels, fontMetrics().horizontalAdvance(strip.label));
  const QRectF area = QRectF(rect()).adjusted(labels + 2 * kMargin, 0, -kMargin, -kAxisHeight);
  for (std::size_t i = 0; i < strips_.size(); ++i) {
    const QRectF lane(area.left(), static_cast<double>(i) * kStripHeight, area.width(), kStripHeight);
    painter.setPen(muted);
    painter.drawText(QRectF(0, lane.top(), labels + kMargin, kStripHeight), Qt::AlignVCenter | Qt::AlignRight,
                     strips_[i].label);
    draw_strip(painter, lane, strips_[i], range, palette());
  }
  painter.setPen(theme::faint(palette()));
  painter.drawLine(area.bottomLeft(), area.bottomRight());
  painter.setPen(muted);
  const QRectF axis(area.left(), area.bottom() + 1, area.width(), kAxisHeight - 1);
  painter.drawText(axis, Qt::AlignLeft, to_qstring(format_quantity(range.low, "s")));
  painter.drawText(axis, Qt::AlignRight, to_qstring(format_quantity(range.high, "s")));
}

}  // namespace hpct
