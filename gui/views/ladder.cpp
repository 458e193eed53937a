// SPDX-License-Identifier: Apache-2.0
#include <QGridLayout>

#include "analyzer/value_text.h"
#include "gui/models/ladder_rows.h"
#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "gui/view.h"
#include "gui/views/widgets/card.h"
#include "gui/views/widgets/ladder_bars.h"

namespace hpct {
namespace {

class LadderView : public CardPage {
 public:
  LadderView(Session& session, QWidget* parent) : CardPage(parent), session_(session) {
    connect(&session_, &Session::reportsChanged, this, [this] { reload(); });
    reload();
  }

 private:
  void reload() {
    clear();
    if (!session_.current()) return;
    const auto& report = session_.current()->report;
    const auto ladders = ladders_of(report);
    for (const auto& ladder : ladders) column().addWidget(cardOf(report, ladder));
    if (ladders.empty())
      column().addWidget(plain_label(tr("This report has no runs that lead from one to the next.")));
    column().addStretch(1);
  }

  QWidget* cardOf(const Report& report, const Ladder& ladder) {
    auto* card = new Card;
    const auto& first = *ladder.rungs.front().run;
    card->addTitle(to_qstring(first.workload + "  " + parameters_text(first)));
    const auto rows = ladder_rows(ladder);
    auto* bars = new LadderBars(rows);
    bars->setAccessibleName(tr("Speed-up and share of the roof of each variant"));
    bars->setToolTip(tr("Hollow bars rest on the workload's own formula of its flops and bytes"));
    card->column().addWidget(bars);
    card->addText(to_qstring(reading_of(report, ladder)));
    card->column().addLayout(newsOf(rows));
    return card;
  }

  QGridLayout* newsOf(const std::vector<LadderRow>& rows) {
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    for (const auto& row : rows) {
      if (row.news.isEmpty()) continue;
      auto* name = plain_label(row.name.section(QLatin1Char(','), 0, 0), theme::muted(palette()));
      name->setWordWrap(false);
      const int line = grid->rowCount();
      grid->addWidget(name, line, 0, Qt::AlignTop);
      grid->addWidget(plain_label(row.news), line, 1);
    }
    return grid;
  }

  Session& session_;
};

}  // namespace

namespace views {
extern const ViewInfo ladder;
const ViewInfo ladder{"ladder", "Ladder", "Open a report to climb its ladder.", create_view<LadderView>};
}  // namespace views

}  // namespace hpct
