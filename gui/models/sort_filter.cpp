// SPDX-License-Identifier: Apache-2.0
#include "gui/models/sort_filter.h"

#include <algorithm>

#include "gui/models/cell_model.h"

namespace hpct {

SortFilter::SortFilter(QObject* parent) : QSortFilterProxyModel(parent) { setSortRole(kSortRole); }

void SortFilter::setWords(const QString& text) {
  words_ = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  invalidateFilter();
}

bool SortFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const auto a = left.data(kSortRole);
  const auto b = right.data(kSortRole);
  if (a.isValid() != b.isValid()) return (sortOrder() == Qt::AscendingOrder) == a.isValid();
  if (!a.isValid()) return false;
  if (a.typeId() == QMetaType::QString) return QString::localeAwareCompare(a.toString(), b.toString()) < 0;
  return a.toDouble() < b.toDouble();
}

bool SortFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  const auto* model = sourceModel();
  return std::all_of(words_.begin(), words_.end(), [&](const QString& word) {
    for (int column = 0; column < model->columnCount(parent); ++column)
      if (model->index(row, column, parent).data().toString().contains(word, Qt::CaseInsensitive))
        return true;
    return false;
  });
}

QString as_tsv(const QAbstractItemModel& model, const QList<int>& rows) {
  const auto plain = [](QString text) {
    return text.replace(QLatin1Char('\t'), QLatin1Char(' ')).replace(QLatin1Char('\n'), QLatin1Char(' '));
  };
  QStringList lines;
  QStringList cells;
  for (int column = 0; column < model.columnCount(); ++column)
    cells << plain(model.headerData(column, Qt::Horizontal).toString());
  lines << cells.join(QLatin1Char('\t'));
  for (const int row : rows) {
    cells.clear();
    for (int column = 0; column < model.columnCount(); ++column)
      cells << plain(model.index(row, column).data().toString());
    lines << cells.join(QLatin1Char('\t'));
  }
  return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

}  // namespace hpct
