// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace hpct {

/// One entry: a sign as it is drawn in the chart, and what it stands for.
struct LegendEntry {
  enum class Sign { block, disc, ring, square, frame, line, dashes, arrow };
  Sign sign = Sign::block;
  QColor colour;
  QString text;
  QString id;  ///< reported when it is clicked; empty: not clickable
};

/// The signs of a chart in rows that wrap at the widget's width.
class Legend : public QWidget {
  Q_OBJECT

 public:
  explicit Legend(QWidget* parent = nullptr);

  void setEntries(std::vector<LegendEntry> entries);
  [[nodiscard]] const std::vector<LegendEntry>& entries() const { return entries_; }

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] bool hasHeightForWidth() const override { return true; }
  [[nodiscard]] int heightForWidth(int width) const override;

 signals:
  void entryClicked(const QString& id);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;

 private:
  [[nodiscard]] std::vector<QRect> places(int width) const;

  std::vector<LegendEntry> entries_;
};

}  // namespace hpct
