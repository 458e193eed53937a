// SPDX-License-Identifier: Apache-2.0
#include "gui/start_page.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace hpct {
namespace {

QLabel* centred(const QString& text) {
  auto* label = new QLabel(text);
  label->setAlignment(Qt::AlignCenter);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

QLabel* command(const QString& text) {
  auto* label = centred(text);
  label->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  return label;
}

}  // namespace

StartPage::StartPage(QWidget* parent) : QWidget(parent) {
  auto* title = centred(tr("Open an hpct-prof report"));
  auto font = title->font();
  font.setPointSizeF(font.pointSizeF() * 1.6);
  title->setFont(font);
  auto* open = new QPushButton(tr("Open..."));
  auto* compare = new QPushButton(tr("Compare two..."));
  open->setDefault(true);
  auto* buttons = new QHBoxLayout;
  buttons->addStretch();
  buttons->addWidget(open);
  buttons->addWidget(compare);
  buttons->addStretch();
  auto* layout = new QVBoxLayout(this);
  layout->setSpacing(14);
  layout->addStretch();
  layout->addWidget(title);
  layout->addLayout(buttons);
  layout->addWidget(centred(tr(
      "or drop one or two NAME.hpct.json files here: the first is the baseline, the second the candidate")));
  layout->addSpacing(20);
  layout->addWidget(centred(tr("To make one:")));
  layout->addWidget(command(QStringLiteral("hpct-prof run 1brc --variant all -o ladder.hpct.json")));
  layout->addWidget(command(QStringLiteral("hpct-gui ladder.hpct.json")));
  layout->addStretch();
  setFocusProxy(open);
  connect(open, &QPushButton::clicked, this, &StartPage::openRequested);
  connect(compare, &QPushButton::clicked, this, &StartPage::compareRequested);
}

}  // namespace hpct
