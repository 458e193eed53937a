// SPDX-License-Identifier: Apache-2.0
#include "gui/views/widgets/legend.h"

#include <QMouseEvent>
#include <QPainter>

namespace hpct {
namespace {

constexpr int kSign = 14;
constexpr int kGap = 6;
constexpr int kBetween = 18;

void draw_sign(QPainter& painter, const QRect& box, const LegendEntry& entry) {
  using Sign = LegendEntry::Sign;
  const QRectF shape = QRectF(box).adjusted(1.5, 1.5, -1.5, -1.5);
  const bool line = entry.sign == Sign::line || entry.sign == Sign::dashes;
  painter.setPen(QPen(entry.colour, 2, entry.sign == Sign::dashes ? Qt::DashLine : Qt::SolidLine));
  if (line)
    return painter.drawLine(QPointF(box.left(), box.center().y()), QPointF(box.right(), box.center().y()));
  if (entry.sign == Sign::arrow) {
    const QPointF tip(box.right(), box.center().y());
    painter.drawLine(QPointF(box.left(), tip.y()), tip);
    painter.drawLine(tip, tip + QPointF(-5, -4));
    return painter.drawLine(tip, tip + QPointF(-5, 4));
  }
  const bool filled = entry.sign != Sign::ring && entry.sign != Sign::frame;
  painter.setBrush(filled ? QBrush(entry.colour) : QBrush(Qt::NoBrush));
  if (entry.sign == Sign::disc || entry.sign == Sign::ring)
    painter.drawEllipse(shape);
  else
    painter.drawRect(shape);
}

}  // namespace

Legend::Legend(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void Legend::setEntries(std::vector<LegendEntry> entries) {
  entries_ = std::move(entries);
  updateGeometry();
  update();
}

std::vector<QRect> Legend::places(int width) const {
  std::vector<QRect> result;
  const int line = fontMetrics().height() + 4;
  int x = 0;
  int y = 0;
  for (const auto& entry : entries_) {
    const int needed = std::min(kSign + kGap + fontMetrics().horizontalAdvance(entry.text), width);
    if (x > 0 && x + needed > width) {
      x = 0;
      y += line;
    }
    result.emplace_back(x, y, needed, line);
    x += needed + kBetween;
  }
  return result;
}

QSize Legend::sizeHint() const { return {400, heightForWidth(width())}; }

int Legend::heightForWidth(int width) const {
  const auto all = places(width);
  return all.empty() ? 0 : all.back().bottom() + 1;
}

void Legend::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const auto all = places(width());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& place = all[i];
    draw_sign(painter, {place.left(), place.top() + (place.height() - kSign) / 2, kSign, kSign}, entries_[i]);
    painter.setPen(palette().color(QPalette::WindowText));
    const QRect text = place.adjusted(kSign + kGap, 0, 1, 0);
    painter.drawText(text, Qt::AlignVCenter,
                     fontMetrics().elidedText(entries_[i].text, Qt::ElideRight, text.width()));
  }
}

void Legend::mousePressEvent(QMouseEvent* event) {
  const auto all = places(width());
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].contains(event->pos()) && !entries_[i].id.isEmpty()) emit entryClicked(entries_[i].id);
}

}  // namespace hpct
