// SPDX-License-Identifier: Apache-2.0
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>

#include "gui/models/tables.h"
#include "gui/models/value_text.h"
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
    if (!showValues(run, region) && session_.current() && !session_.current()->report.runs.empty()) {
      const auto& first = session_.current()->report.runs.front();
      showValues(run_key(first.workload, first.variant), {});
    }
  }

  /// False when the report has no such run or region.
  bool showValues(const QString& run, const QString& region) {
    const auto* values = session_.current() ? values_of(session_.current()->report, run, region) : nullptr;
    title_->setText(
        tr("All values of %1 %2 and where they come from; choose a row for another").arg(run, region));
    values_->setTable(value_table(values ? *values : ValueMap{}));
    return values != nullptr;
  }

  Session& session_;
  TablePane* kernels_ = new TablePane(TablePane::Filter::box);
  QLabel* title_ = new QLabel;
  TablePane* values_ = new TablePane(TablePane::Filter::none);
};

QString refusal(const Session& session) {
  if (session.current()->report.runs.empty()) return QObject::tr("This report has no runs.");
  return {};
}

}  // namespace

namespace views {
extern const ViewInfo kernels;
const ViewInfo kernels{"kernels", "Kernels", "Open a report to see its kernels.", create_view<KernelsView>,
                       refusal};
}  // namespace views

}  // namespace hpct
