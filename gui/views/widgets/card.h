// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace hpct {

/// A framed block of a page on the palette's base colour.
class Card : public QFrame {
 public:
  explicit Card(QWidget* parent = nullptr);

  [[nodiscard]] QVBoxLayout& column() const { return *column_; }

  /// Plain text (never markup: names come from files) that wraps and can be copied.
  QLabel* addText(const QString& text);
  /// The same, bold and in `colour` when that is valid.
  QLabel* addTitle(const QString& text, const QColor& colour = {});

 private:
  QVBoxLayout* column_;
};

/// A text label as Card::addText makes them.
QLabel* plain_label(const QString& text, const QColor& colour = {}, bool bold = false);

/// A page of cards that scrolls vertically. `clear` starts it anew.
class CardPage : public QScrollArea {
 public:
  explicit CardPage(QWidget* parent = nullptr);

  void clear();
  [[nodiscard]] QVBoxLayout& column() const { return *column_; }

 private:
  QVBoxLayout* column_ = nullptr;
};

}  // namespace hpct
