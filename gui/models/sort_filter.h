// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSortFilterProxyModel>
#include <QStringList>

namespace hpct {

/// Sorts by kSortRole with missing values last in both directions, and keeps the rows in
/// which every word of the filter occurs somewhere, whatever its case.
class SortFilter : public QSortFilterProxyModel {
 public:
  explicit SortFilter(QObject* parent = nullptr);

  void setWords(const QString& text);

 protected:
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

 private:
  QStringList words_;
};

/// The shown rows with a heading line, columns separated by tabs. Tabs and line breaks inside a
/// cell become spaces.
QString as_tsv(const QAbstractItemModel& model, const QList<int>& rows);

}  // namespace hpct
