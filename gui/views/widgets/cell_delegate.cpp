// SPDX-License-Identifier: Apache-2.0
#include "gui/views/widgets/cell_delegate.h"

#include <QApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "gui/theme.h"

namespace hpct {

double ratio_position(double ratio, double scale) {
  if (ratio <= 0) return 0;
  return std::clamp(0.5 + 0.5 * std::log(ratio) / std::log(scale), 0.0, 1.0);
}

void paint_ratio_bar(QPainter& painter, const QRect& rect, const RatioBar& bar, const QPalette& palette) {
  const auto x = [&](double ratio) { return rect.left() + ratio_position(ratio, bar.scale) * rect.width(); };
  const double middle = rect.top() + rect.height() / 2.0;
  const auto band_left = x(1 / (1 + bar.threshold));
  painter.fillRect(QRectF(band_left, rect.top(), x(1 + bar.threshold) - band_left, rect.height()),
                   theme::faint(palette));
  const auto colour = theme::verdictColour(bar.verdict, palette);
  const double from = std::min(x(1), x(bar.ratio));
  painter.fillRect(QRectF(from, middle - 3, std::max(2.0, std::abs(x(bar.ratio) - x(1))), 6), colour);
  painter.setPen(QPen(palette.color(QPalette::Text), 1));
  painter.drawLine(QPointF(x(1), rect.top()), QPointF(x(1), rect.bottom()));
  painter.drawLine(QPointF(x(bar.low), middle), QPointF(x(bar.high), middle));
  for (const double edge : {bar.low, bar.high})
    painter.drawLine(QPointF(x(edge), middle - 5), QPointF(x(edge), middle + 5));
}

void CellDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
  QStyledItemDelegate::initStyleOption(option, index);
  if (index.data(kMissingRole).toBool()) {
    option->font.setItalic(true);
    option->palette.setColor(QPalette::Text, theme::muted(option->palette));
  }
  const auto payload = index.data(kPayloadRole);
  if (payload.canConvert<Verdict>()) {
    option->font.setBold(true);
    option->palette.setColor(QPalette::Text, theme::verdictColour(payload.value<Verdict>(), option->palette));
  }
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
  const auto payload = index.data(kPayloadRole);
  if (!payload.canConvert<RatioBar>()) return QStyledItemDelegate::paint(painter, option, index);
  QStyleOptionViewItem empty(option);
  initStyleOption(&empty, index);
  empty.text.clear();
  const auto* style = option.widget ? option.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &empty, painter, option.widget);
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  paint_ratio_bar(*painter, option.rect.adjusted(6, 3, -6, -3), payload.value<RatioBar>(), option.palette);
  painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
  auto size = QStyledItemDelegate::sizeHint(option, index);
  if (index.data(kPayloadRole).canConvert<RatioBar>()) size.setWidth(220);
  return {size.width() + 8, std::max(size.height(), 22)};
}

}  // namespace hpct
