// SPDX-License-Identifier: Apache-2.0
#include <QGridLayout>
#include <QHBoxLayout>

#include "gui/models/facts.h"
#include "gui/models/tables.h"
#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "gui/view.h"
#include "gui/views/widgets/card.h"
#include "gui/views/widgets/strip_plot.h"
#include "gui/views/widgets/table_pane.h"

namespace hpct {
namespace {

std::vector<double> seconds_of(const Run& run) {
  std::vector<double> seconds;
  for (const auto& repetition : run.repetitions) seconds.push_back(repetition.wall_s());
  return seconds;
}

QGridLayout* fact_grid(const std::vector<Fact>& facts) {
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(16);
  grid->setVerticalSpacing(2);
  grid->setColumnStretch(1, 1);
  grid->setColumnMinimumWidth(0, 120);
  for (const auto& fact : facts) {
    const int row = grid->rowCount();
    auto* name = plain_label(fact.name, theme::muted(QPalette()));
    name->setWordWrap(false);
    grid->addWidget(name, row, 0, Qt::AlignTop);
    auto* text = plain_label(fact.text);
    text->setToolTip(fact.tip);
    grid->addWidget(text, row, 1);
  }
  grid->setRowStretch(grid->rowCount(), 1);
  return grid;
}

class Overview : public CardPage {
 public:
  Overview(Session& session, QWidget* parent) : CardPage(parent), session_(session) {
    connect(&session_, &Session::reportsChanged, this, [this] { reload(); });
    reload();
  }

 private:
  void reload() {
    clear();
    if (!session_.current()) return;
    addWarnings();
    for (const auto& run : session_.current()->report.runs)
      if (run.role != "ceiling") column().addWidget(runCard(run));
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(factCard(tr("Machine"), machine_facts(session_.current()->report)), 1);
    bottom->addWidget(roofCard(), 1);
    column().addLayout(bottom);
    column().addWidget(factCard(tr("How it was made"), origin_facts(session_.current()->report)));
    column().addStretch(1);
  }

  void addWarnings() {
    const auto warnings = warning_texts(*session_.current());
    if (warnings.empty()) return;
    auto* card = new Card;
    card->addTitle(warnings.size() == 1 ? tr("1 warning") : tr("%1 warnings").arg(warnings.size()),
                   theme::severityColour(Severity::warning, palette()));
    for (const auto& warning : warnings) card->addText(warning);
    column().addWidget(card);
  }

  QWidget* runCard(const Run& run) {
    auto* card = new Card;
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(plain_label(run_title(run), {}, true), 2);
    const auto check = check_fact(run);
    auto* verdict = plain_label(check.text,
                                check.bad ? theme::severityColour(Severity::warning, palette())
                                          : theme::verdictColour(Verdict::unchanged, palette()),
                                check.bad);
    head->addWidget(verdict, 1);
    card->column().addLayout(head);
    auto* body = new QHBoxLayout;
    body->setSpacing(24);
    const auto* comparison = session_.comparison() ? &*session_.comparison() : nullptr;
    const auto facts = headline_facts(run, comparison);
    const auto half = facts.begin() + static_cast<std::ptrdiff_t>((facts.size() + 1) / 2);
    body->addLayout(fact_grid({facts.begin(), half}), 3);
    body->addLayout(fact_grid({half, facts.end()}), 3);
    body->addWidget(stripOf(run), 3, Qt::AlignTop);
    card->column().addLayout(body);
    return card;
  }

  QWidget* stripOf(const Run& run) {
    std::vector<StripPlot::Strip> strips;
    const auto* before = session_.baseline() ? same_run(session_.baseline()->report, run) : nullptr;
    if (before) strips.push_back({tr("baseline"), theme::categorical(1), seconds_of(*before)});
    strips.push_back({before ? tr("candidate") : tr("%1 runs").arg(run.repetitions.size()),
                      theme::categorical(0), seconds_of(run)});
    auto* plot = new StripPlot;
    plot->setStrips(std::move(strips));
    plot->setAccessibleName(tr("Wall time of each repetition"));
    plot->setToolTip(tr("Wall time of each repetition, first at the top; the bar is the median"));
    return plot;
  }

  QWidget* factCard(const QString& title, const std::vector<Fact>& facts) {
    auto* card = new Card;
    card->addTitle(title);
    card->column().addLayout(fact_grid(facts));
    card->column().addStretch(1);
    return card;
  }

  QWidget* roofCard() {
    auto* card = new Card;
    card->addTitle(tr("Roofs of this machine"));
    const auto& ceilings = session_.current()->report.ceilings;
    if (ceilings.empty()) {
      card->addText(tr("missing: none was measured; `hpct-prof run ceilings` measures them"));
      card->column().addStretch(1);
      return card;
    }
    auto* table = new TablePane(TablePane::Filter::none);
    table->setTable(ceiling_table(ceilings));
    table->setMinimumHeight(220);
    card->column().addWidget(table);
    return card;
  }

  Session& session_;
};

}  // namespace

namespace views {
extern const ViewInfo overview;
const ViewInfo overview{"overview", "Overview", "Open a report to see its overview.", create_view<Overview>};
}  // namespace views

}  // namespace hpct
