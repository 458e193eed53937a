// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

#include "gui/models/cell_model.h"
#include "gui/models/sort_filter.h"

class QLabel;
class QLineEdit;
class QTableView;

namespace hpct {

/// A table to work with: sorts by number, copies the selected rows as TSV, and has a filter box
/// above it when asked for.
class TablePane : public QWidget {
  Q_OBJECT

 public:
  enum class Filter { none, box };

  explicit TablePane(Filter filter, QWidget* parent = nullptr);

  void setTable(Table table);
  [[nodiscard]] QTableView& view() const { return *view_; }
  [[nodiscard]] QLineEdit* filterBox() const { return filterBox_; }

  /// Marks the row of this run and region without reporting it back; none if there is no such row.
  void markRow(const QString& run, const QString& region);

  /// The marked rows, or all shown ones when none is marked.
  [[nodiscard]] QString tsv() const;

 signals:
  void rowChosen(const QString& run, const QString& region);

 private:
  void addFilterBox();
  void addCopyActions();
  void fitColumns();
  void updateCount();

  CellModel model_;
  SortFilter proxy_;
  QTableView* view_;
  QLineEdit* filterBox_ = nullptr;
  QLabel* count_ = nullptr;
};

}  // namespace hpct
