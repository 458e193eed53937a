// SPDX-License-Identifier: Apache-2.0
#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QTableView>

#include "gui/models/tables.h"
#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "gui/view.h"
#include "gui/views/widgets/table_pane.h"

namespace hpct {
namespace {

QString counts_of(const Comparison& comparison) {
  QStringList parts;
  for (const auto verdict : {Verdict::regressed, Verdict::improved, Verdict::unchanged, Verdict::undecided,
                             Verdict::not_comparable}) {
    int count = 0;
    for (const auto& row : comparison.rows) count += row.verdict == verdict ? 1 : 0;
    if (count > 0) parts << QStringLiteral("%1 %2").arg(count).arg(verdict_text(verdict));
  }
  return parts.join(QStringLiteral(", "));
}

class CompareView : public QWidget {
 public:
  CompareView(Session& session, QWidget* parent) : QWidget(parent), session_(session) {
    auto* below = new QWidget;
    auto* column = new QVBoxLayout(below);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(differencesTitle_);
    column->addWidget(differences_);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(rows_);
    split->addWidget(below);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 1);
    split->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(headline_);
    layout->addWidget(split, 1);
    headline_->setWordWrap(true);
    setFocusProxy(rows_);
    connect(rows_, &TablePane::rowChosen, &session_, &Session::select);
    connect(&session_, &Session::reportsChanged, this, [this] { reload(); });
    connect(&session_, &Session::selectionChanged, this,
            [this] { rows_->markRow(session_.selectedRun(), session_.selectedRegion()); });
    reload();
  }

 private:
  void reload() {
    if (!session_.comparison()) return;
    const auto& comparison = *session_.comparison();
    headline_->setText(
        tr("<span style='font-size:large; font-weight:bold; color:%1'>%2</span>&nbsp;&nbsp; %3. "
           "Changes within %4 % do not matter (shaded band); left of the line is less time than the "
           "baseline, "
           "right is more.")
            .arg(theme::readable(theme::verdictColour(comparison.overall, palette()),
                                 palette().color(QPalette::Window))
                     .name(),
                 verdict_text(comparison.overall), counts_of(comparison))
            .arg(comparison.options.threshold * 100));
    rows_->setTable(compare_table(comparison));
    rows_->view().setColumnWidth(kRatioColumn, 230);
    differencesTitle_->setText(comparison.differences.empty()
                                   ? tr("Machine, build and inputs are the same as far as the reports tell.")
                                   : tr("What differs besides the times"));
    differences_->setTable(difference_table(comparison.differences));
    differences_->setVisible(!comparison.differences.empty());
    rows_->markRow(session_.selectedRun(), session_.selectedRegion());
  }

  Session& session_;
  QLabel* headline_ = new QLabel;
  TablePane* rows_ = new TablePane(TablePane::Filter::box);
  QLabel* differencesTitle_ = new QLabel;
  TablePane* differences_ = new TablePane(TablePane::Filter::none);
};

QString refusal(const Session& session) {
  if (!session.comparison())
    return QObject::tr("Open a baseline as well (File, Open baseline) to compare the two.");
  return {};
}

}  // namespace

namespace views {
extern const ViewInfo compare;
const ViewInfo compare{"compare", "Compare", "Open two reports to compare them.", create_view<CompareView>,
                       refusal};
}  // namespace views

}  // namespace hpct
