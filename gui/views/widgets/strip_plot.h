// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace hpct {

/// Repetitions of one run (or of one run and its baseline) as dots on a shared time axis, in
/// the order in which they ran from top to bottom: outliers, drift and two modes show at once.
class StripPlot : public QWidget {
 public:
  struct Strip {
    QString label;
    QColor colour;
    std::vector<double> seconds;
  };

  explicit StripPlot(QWidget* parent = nullptr);

  void setStrips(std::vector<Strip> strips);

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return {180, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  std::vector<Strip> strips_;
};

}  // namespace hpct
