// SPDX-License-Identifier: Apache-2.0
#include <QGridLayout>
#include <QHBoxLayout>
#include <QPushButton>

#include "analyzer/finding.h"
#include "gui/models/value_text.h"
#include "gui/theme.h"
#include "gui/view.h"
#include "gui/views/widgets/card.h"

namespace hpct {
namespace {

constexpr int kLabelWidth = 130;
constexpr int kSpacing = 12;

QString place_of(const Finding& finding) {
  const auto run = run_key(finding.workload, finding.variant);
  return finding.region.empty() ? run : run + QStringLiteral("  ") + to_qstring(finding.region);
}

QString gain_text(const Finding& finding) {
  const auto& gain = finding.gain;
  if (!gain.known()) return {};
  return QObject::tr("%1x as fast if it were removed").arg(*gain.number, 0, 'f', 2);
}

/// Claims start in lower case, to be used behind a name; a card's title is a sentence.
QString sentence(const std::string& claim) {
  auto text = to_qstring(claim);
  if (!text.isEmpty()) text[0] = text[0].toUpper();
  return text;
}

void add_row(QGridLayout& grid, const QString& label, const QString& text, const QString& tip = {}) {
  const int row = grid.rowCount();
  auto* name = plain_label(label, theme::muted(QPalette()));
  name->setWordWrap(false);
  auto* value = plain_label(text);
  value->setToolTip(tip);
  grid.addWidget(name, row, 0, Qt::AlignTop);
  grid.addWidget(value, row, 1);
  grid.setColumnStretch(1, 1);
}

class FindingsView : public CardPage {
 public:
  FindingsView(Session& session, QWidget* parent) : CardPage(parent), session_(session) {
    connect(&session_, &Session::reportsChanged, this, [this] { reload(); });
    reload();
  }

 private:
  void reload() {
    clear();
    if (!session_.current()) return;
    const auto& findings = session_.current()->findings;
    for (const auto& finding : findings) column().addWidget(cardOf(finding));
    if (findings.empty())
      column().addWidget(
          plain_label(tr("Nothing stands out: none of the %1 checks found a bottleneck or a doubt.")
                          .arg(all_findings().size())));
  }

  QWidget* cardOf(const Finding& finding) {
    auto* card = new Card;
    auto* head = new QHBoxLayout;
    auto* severity = plain_label(to_qstring(name_of(finding.severity)).toUpper(),
                                 theme::severityColour(finding.severity, palette()), true);
    severity->setWordWrap(false);
    severity->setFixedWidth(kLabelWidth);
    head->setSpacing(kSpacing);
    head->addWidget(severity);
    head->addWidget(plain_label(sentence(finding.claim), {}, true), 1);
    head->addWidget(showButton(finding));
    card->column().addLayout(head);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(kSpacing);
    grid->setColumnMinimumWidth(0, kLabelWidth);
    grid->setVerticalSpacing(2);
    add_row(*grid, tr("Where"), place_of(finding));
    for (const auto& evidence : finding.evidence)
      add_row(*grid, to_qstring(evidence.label),
              value_with_interval(evidence.value) + originOf(evidence.value),
              value_provenance(evidence.value));
    if (const auto gain = gain_text(finding); !gain.isEmpty()) add_row(*grid, tr("Gain to expect"), gain);
    if (!finding.advice.empty()) add_row(*grid, tr("Try"), to_qstring(finding.advice));
    card->column().addLayout(grid);
    return card;
  }

  static QString originOf(const Value& value) {
    return value.known() ? QStringLiteral("  (%1)").arg(to_qstring(name_of(value.provenance))) : QString();
  }

  QPushButton* showButton(const Finding& finding) {
    auto* button = new QPushButton(tr("Select"));
    button->setToolTip(tr("Selects %1 in every view").arg(place_of(finding)));
    const auto run = run_key(finding.workload, finding.variant);
    const auto region = to_qstring(finding.region);
    connect(button, &QPushButton::clicked, this, [this, run, region] { session_.select(run, region); });
    return button;
  }

  Session& session_;
};

}  // namespace

namespace views {
extern const ViewInfo findings;
const ViewInfo findings{"findings", "Findings", "Open a report to see what was found in it.",
                        create_view<FindingsView>};
}  // namespace views

}  // namespace hpct
