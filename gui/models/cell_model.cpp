// SPDX-License-Identifier: Apache-2.0
#include "gui/models/cell_model.h"

#include "gui/models/value_text.h"

namespace hpct {
namespace {

Qt::Alignment alignment_of(const Column& column) {
  const auto across = column.numeric ? Qt::AlignRight : column.centred ? Qt::AlignHCenter : Qt::AlignLeft;
  return across | Qt::AlignVCenter;
}

}  // namespace

Cell Cell::of(const Value& value) {
  Cell cell{value_text(value), {}, value_provenance(value), !value.known(), {}};
  if (value.known()) cell.sort = *value.number;
  return cell;
}

void CellModel::setTable(Table table) {
  beginResetModel();
  table_ = std::move(table);
  endResetModel();
}

int CellModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int CellModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.columns.size());
}

QVariant CellModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& row = table_.rows[static_cast<std::size_t>(index.row())];
  const auto column = static_cast<std::size_t>(index.column());
  const auto& cell = row.cells[column];
  switch (role) {
    case Qt::DisplayRole:
      return cell.text;
    case Qt::ToolTipRole:
      return cell.tip.isEmpty() ? cell.text : cell.text + QLatin1Char('\n') + cell.tip;
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(alignment_of(table_.columns[column]));
    case kSortRole:
      return cell.sort;
    case kMissingRole:
      return cell.missing;
    case kRunRole:
      return row.run;
    case kRegionRole:
      return row.region;
    case kPayloadRole:
      return cell.payload;
    default:
      return {};
  }
}

QVariant CellModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const auto& column = table_.columns[static_cast<std::size_t>(section)];
  if (role == Qt::DisplayRole) return column.title;
  if (role == Qt::TextAlignmentRole) return QVariant::fromValue(alignment_of(column));
  if (role == Qt::ToolTipRole && !column.tip.isEmpty()) return column.tip;
  return {};
}

}  // namespace hpct
