// SPDX-License-Identifier: Apache-2.0
#include "gui/views/widgets/card.h"

namespace hpct {

QLabel* plain_label(const QString& text, const QColor& colour, bool bold) {
  auto* label = new QLabel(text);
  label->setTextFormat(Qt::PlainText);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  if (bold) {
    auto font = label->font();
    font.setBold(true);
    label->setFont(font);
  }
  if (colour.isValid()) {
    auto palette = label->palette();
    palette.setColor(QPalette::WindowText, colour);
    palette.setColor(QPalette::Text, colour);  // the role that a label inherits from a card
    label->setPalette(palette);
  }
  return label;
}

Card::Card(QWidget* parent) : QFrame(parent), column_(new QVBoxLayout(this)) {
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setBackgroundRole(QPalette::Base);
  setForegroundRole(QPalette::Text);
  column_->setContentsMargins(12, 8, 12, 8);
  column_->setSpacing(4);
}

QLabel* Card::addText(const QString& text) {
  auto* label = plain_label(text);
  column_->addWidget(label);
  return label;
}

QLabel* Card::addTitle(const QString& text, const QColor& colour) {
  auto* label = plain_label(text, colour, true);
  column_->addWidget(label);
  return label;
}

CardPage::CardPage(QWidget* parent) : QScrollArea(parent) {
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  clear();
}

void CardPage::clear() {
  auto* page = new QWidget;
  column_ = new QVBoxLayout(page);
  column_->setSpacing(8);
  column_->setAlignment(Qt::AlignTop);
  setWidget(page);  // deletes the page before
}

}  // namespace hpct
