// SPDX-License-Identifier: Apache-2.0
#include "gui/views/widgets/table_pane.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QTableView>
#include <algorithm>

#include "gui/views/widgets/cell_delegate.h"

namespace hpct {

TablePane::TablePane(Filter filter, QWidget* parent) : QWidget(parent), view_(new QTableView) {
  proxy_.setSourceModel(&model_);
  view_->setModel(&proxy_);
  view_->setItemDelegate(new CellDelegate(view_));
  view_->setSelectionBehavior(QAbstractItemView::SelectRows);
  view_->setSortingEnabled(true);
  view_->setAlternatingRowColors(true);
  view_->setShowGrid(false);
  view_->setWordWrap(false);
  view_->verticalHeader()->hide();
  view_->verticalHeader()->setDefaultSectionSize(24);
  view_->horizontalHeader()->setHighlightSections(false);
  view_->horizontalHeader()->setSortIndicator(-1, Qt::AscendingOrder);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  if (filter == Filter::box) addFilterBox();
  layout->addWidget(view_);
  setFocusProxy(view_);
  addCopyActions();
  // The selection and not the current index: that one moves by merely getting the focus.
  connect(view_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
          [this](const QItemSelection& selected) {
            if (selected.isEmpty()) return;
            const auto index = selected.indexes().first();
            emit rowChosen(index.data(kRunRole).toString(), index.data(kRegionRole).toString());
          });
}

void TablePane::addFilterBox() {
  filterBox_ = new QLineEdit;
  filterBox_->setPlaceholderText(tr("Filter: rows that contain every word"));
  filterBox_->setClearButtonEnabled(true);
  filterBox_->setAccessibleName(tr("Filter"));
  count_ = new QLabel;
  auto* bar = new QHBoxLayout;
  bar->addWidget(filterBox_, 1);
  bar->addWidget(count_);
  static_cast<QVBoxLayout*>(layout())->addLayout(bar);
  connect(filterBox_, &QLineEdit::textChanged, this, [this](const QString& text) {
    proxy_.setWords(text);
    updateCount();
  });
  auto* find = new QAction(this);
  find->setShortcut(QKeySequence::Find);
  find->setShortcutContext(Qt::WidgetWithChildrenShortcut);
  connect(find, &QAction::triggered, filterBox_, [this] { filterBox_->setFocus(); });
  addAction(find);
}

void TablePane::addCopyActions() {
  auto* copy = new QAction(tr("Copy rows as TSV"), view_);
  copy->setShortcut(QKeySequence::Copy);
  copy->setShortcutContext(Qt::WidgetShortcut);
  connect(copy, &QAction::triggered, this, [this] { QGuiApplication::clipboard()->setText(tsv()); });
  view_->addAction(copy);
  view_->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void TablePane::setTable(Table table) {
  model_.setTable(std::move(table));
  fitColumns();
  updateCount();
}

void TablePane::fitColumns() {
  constexpr int kWidest = 300;
  view_->resizeColumnsToContents();
  const int last = model_.columnCount() - 1;  // often a sentence, which is worth scrolling for
  for (int column = 0; column < last; ++column)
    view_->setColumnWidth(column, std::min(view_->columnWidth(column) + 6, kWidest));
}

void TablePane::updateCount() {
  if (count_) count_->setText(tr("%1 of %2 rows").arg(proxy_.rowCount()).arg(model_.rowCount()));
}

void TablePane::markRow(const QString& run, const QString& region) {
  const QSignalBlocker quiet(this);
  for (int row = 0; row < proxy_.rowCount(); ++row) {
    const auto index = proxy_.index(row, 0);
    if (index.data(kRunRole).toString() != run || index.data(kRegionRole).toString() != region) continue;
    if (!view_->selectionModel()->isRowSelected(row)) view_->setCurrentIndex(index);
    return;
  }
  view_->clearSelection();
}

QString TablePane::tsv() const {
  QList<int> rows;
  for (const auto& index : view_->selectionModel()->selectedRows()) rows << index.row();
  std::sort(rows.begin(), rows.end());
  if (rows.isEmpty())
    for (int row = 0; row < proxy_.rowCount(); ++row) rows << row;
  return as_tsv(proxy_, rows);
}

}  // namespace hpct
