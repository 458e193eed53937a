// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

#include "gui/models/tables.h"

namespace hpct {

/// Paints the cells of a CellModel: reasons of missing values quiet and slanted, verdicts in
/// their colour, and a RatioBar as a bar around 1 with its interval and the tolerance band.
class CellDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override;
};

/// Where a ratio lies in [0, 1] on a logarithmic axis from 1/scale to scale; 0.5 is "no change".
double ratio_position(double ratio, double scale);

void paint_ratio_bar(QPainter& painter, const QRect& rect, const RatioBar& bar, const QPalette& palette);

}  // namespace hpct
