// SPDX-License-Identifier: Apache-2.0
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>

#include "gui/models/tables.h"
#include "gui/view.h"
#include "gui/views/widgets/table_pane.h"

namespace hpct {
namespace {

class KernelsView : public QWidget {
 public:
  KernelsView(Session& session, QWidget* parent) : QWidget(parent), session_(session) {
    auto* details = new QWidget;
    auto* column = new QVBoxLayout(details);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(title_);
    column->addWidget(values_);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(kernels_);
    split->addWidget(details);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    split->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(split);
    setFocusProxy(kernels_);
    connect(kernels_, &TablePane::rowChosen, &session_, &Session::select);
    connect(&session_, &Session::reportsChanged, this, [this] { reload(); });
    connect(&session_, &Session::selectionChanged, this, [this] { follow(); });
    reload();
  }

 private:
  void reload() {
    if (!session_.current()) return;
    kernels_->setTable(
        kernel_table(*session_.current(), session_.comparison() ? &*session_.comparison() : nullptr));
    follow();
  }

  void follow() {
    const auto& run = session_.selectedRun();
    const auto& region = session_.selectedRegion();
    kernels_->markRow(run, region);
    const auto* values = session_.current() ? values_of(session_.current()->report, run, region) : nullptr;
    title_->setText(values ? tr("All values of %1 %2").arg(run, region).trimmed()
                           : tr("Choose a row to see all its values and where they come from"));
    values_->setTable(value_table(values ? *values : ValueMap{}));
  }

  Session& session_;
  TablePane* kernels_ = new TablePane(TablePane::Filter::box);
  QLabel* title_ = new QLabel;
  TablePane* values_ = new TablePane(TablePane::Filter::none);
};

QString refusal(const Session& session) {
  if (!session.current()) return QObject::tr("Open a report to see its kernels.");
  if (session.current()->report.runs.empty()) return QObject::tr("This report has no runs.");
  return {};
}

QWidget* create(Session& session, QWidget* parent) { return new KernelsView(session, parent); }

}  // namespace

namespace views {
extern const ViewInfo kernels;
const ViewInfo kernels{"kernels", "Kernels", refusal, create};
}  // namespace views

}  // namespace hpct
