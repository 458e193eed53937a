// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hpct/value.h>
#include <QAbstractTableModel>
#include <QString>
#include <QVariant>
#include <vector>

namespace hpct {

/// What a cell says beyond its text. Numbers sort as numbers, not as their text.
enum CellRole {
  kSortRole = Qt::UserRole,  ///< a double; invalid when the value is missing
  kMissingRole,              ///< true when the text is a reason and not a value
  kRunRole,                  ///< "workload/variant" of the row
  kRegionRole,               ///< region path of the row
  kPayloadRole,              ///< for a delegate that paints the cell
};

struct Cell {
  QString text;
  QVariant sort;
  QString tip;
  bool missing = false;
  QVariant payload;

  static Cell of(const QString& text) { return {text, text, {}, false, {}}; }
  static Cell of(const Value& value);
};

struct Column {
  QString title;
  QString tip;
  bool numeric = false;
  bool centred = false;
};

struct Row {
  QString run;
  QString region;
  std::vector<Cell> cells;
};

/// A table that is ready to be looked at. Functions build it from an analysis and can be
/// tested without a window; it keeps no pointer into the report.
struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;
};

/// The one item model of the program: shows a Table, read only.
class CellModel : public QAbstractTableModel {
 public:
  using QAbstractTableModel::QAbstractTableModel;

  void setTable(Table table);
  [[nodiscard]] const Table& table() const { return table_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  Table table_;
};

}  // namespace hpct
